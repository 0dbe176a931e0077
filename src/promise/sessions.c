/* An offer has as many living sessions as it has classes in the horizon: tens, so a list is walked.
 * Those that are over leave the lists when a day begins. */
#include "promise/sessions.h"

#include "base/assert.h"

bool sessions_room(const struct sessions *sessions, uint32_t more)
{
    return LIMIT_SESSIONS - sessions->count >= more;
}

static void list_add(struct sessions *sessions, uint32_t number)
{
    struct session *session = session_of(sessions, number);
    session->previous = sessions->latest[session->offer];
    sessions->latest[session->offer] = number;
}

struct session *sessions_add(struct sessions *sessions, struct orders *orders,
                             const struct session *session)
{
    ASSERT(sessions_room(sessions, 1));
    struct session *added = &sessions->all[sessions->count++];
    *added = *session;
    added->seats_taken = 0;
    added->block = orders_runs_take(orders, session->run_count, &added->block_class);
    ASSERT(added->block != 0);
    list_add(sessions, sessions->count);
    return added;
}

void sessions_seats(struct sessions *sessions, const struct orders *orders, struct hours *hours,
                    uint32_t number, int32_t seats)
{
    struct session *session = session_of(sessions, number);
    int64_t after = (int64_t)session->seats_taken + seats;
    ASSERT(after >= 0);
    bool begins = session->seats_taken == 0 && after > 0;
    bool ends = session->seats_taken > 0 && after == 0;
    session->seats_taken = (uint32_t)after;
    ASSERT(session->block != 0 || session->run_count == 0);
    const struct slot_run *runs = orders_runs(orders, session->block);
    for (uint32_t i = 0; i < session->run_count && (begins || ends); i++) {
        if (ends) {
            hours_give(hours, runs[i]);
        } else {
            bool fits = hours_take(hours, runs[i]);
            ASSERT(fits);
        }
    }
}

void sessions_close(struct sessions *sessions, struct orders *orders, uint32_t number)
{
    struct session *session = session_of(sessions, number);
    if (session->seats_taken == 0 && session->block != 0) {
        orders_runs_give(orders, session->block, session->block_class);
        session->block = 0;
        session->block_class = 0;
        session->run_count = 0;
    }
}

void sessions_index(struct sessions *sessions, int64_t now)
{
    memset(sessions->latest, 0, LIMIT_OFFERS * sizeof *sessions->latest);
    for (uint32_t number = 1; number <= sessions->count; number++) {
        if (session_of(sessions, number)->seats_taken > 0 &&
            session_of(sessions, number)->end >= now) {
            list_add(sessions, number);
        }
    }
}

static bool session_has_room(const struct session *session, int64_t release, uint32_t seats,
                             uint32_t seats_most)
{
    return session->seats_taken > 0 && session->start >= release &&
           seats_most >= session->seats_taken && seats_most - session->seats_taken >= seats;
}

uint32_t sessions_find(const struct sessions *sessions, uint32_t offer, int64_t release,
                       uint32_t seats, uint32_t seats_most)
{
    uint32_t found = 0;
    for (uint32_t number = sessions->latest[offer]; number != 0;
         number = session_of(sessions, number)->previous) {
        const struct session *session = session_of(sessions, number);
        if (session_has_room(session, release, seats, seats_most) &&
            (found == 0 || session->start <= session_of(sessions, found)->start)) {
            found = number;
        }
    }
    return found;
}

uint32_t sessions_find_latest(const struct sessions *sessions, uint32_t offer, int64_t release,
                              int64_t end, uint32_t seats, uint32_t seats_most)
{
    uint32_t found = 0;
    for (uint32_t number = sessions->latest[offer]; number != 0;
         number = session_of(sessions, number)->previous) {
        const struct session *session = session_of(sessions, number);
        if (session_has_room(session, release, seats, seats_most) && session->end <= end &&
            (found == 0 || session->start >= session_of(sessions, found)->start)) {
            found = number;
        }
    }
    return found;
}
