/* The operating system's clock and entropy.
 *
 * Both come from the kernel and cannot fail on a running Linux: clock_gettime with these clocks has
 * no error that input could cause, getrandom of few bytes blocks only before the machine's first
 * seed. So they return no status; a failure is a bug in the call and stops the program. A
 * user-space generator was rejected: secrets that nobody can guess are rare and small. */
#include "env/env.h"

#include "base/assert.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t os_now(struct env *env)
{
    struct timespec now;
    (void)env;
    int result = clock_gettime(CLOCK_REALTIME_COARSE, &now);
    ASSERT(result == 0);
    return now.tv_sec;
}

static uint64_t os_ticks_ns(struct env *env)
{
    struct timespec now;
    (void)env;
    int result = clock_gettime(CLOCK_MONOTONIC, &now);
    ASSERT(result == 0);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void os_entropy(struct env *env, void *bytes, size_t length)
{
    unsigned char *at = bytes;
    (void)env;
    while (length > 0) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        ASSERT(got > 0);
        at += got;
        length -= (size_t)got;
    }
}

struct env *env_os(void)
{
    static struct env env = {
        .now = os_now, .ticks_ns = os_ticks_ns, .entropy = os_entropy, .vfs_name = NULL};
    return &env;
}
