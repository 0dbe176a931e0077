#include "engine/wake.h"

#include "base/assert.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool wake_open(struct wake *wake)
{
    wake->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return wake->event >= 0;
}

void wake_close(struct wake *wake)
{
    (void)close(wake->event);
}

static void event_write(struct wake *wake)
{
    const uint64_t one = 1;
    ssize_t written = write(wake->event, &one, sizeof one);
    ASSERT(written == (ssize_t)sizeof one);
}

void wake_up(struct wake *wake)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&wake->sleeping, memory_order_relaxed) &&
        atomic_exchange(&wake->sleeping, false)) {
        event_write(wake);
    }
}

void wake_stop(struct wake *wake)
{
    atomic_store(&wake->stopping, true);
    event_write(wake);
}

bool wake_sleep(struct wake *wake, struct ring *ring, int most_ms)
{
    struct pollfd event = {.fd = wake->event, .events = POLLIN};
    uint64_t count = 0;
    bool woken = true;
    atomic_store(&wake->sleeping, true);
    if (ring_is_empty(ring) && !atomic_load(&wake->stopping)) {
        woken = poll(&event, 1, most_ms) > 0;
        if (woken) {
            (void)!read(wake->event, &count, sizeof count);
        }
    }
    atomic_store(&wake->sleeping, false);
    return woken;
}
