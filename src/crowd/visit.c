/* due (agenda) -> asked (links) -> answered -> what it means for the visitor -> due again, or out.
 *
 * Nothing is asked from inside an answer: each next step goes through the agenda, so that a server
 * that answers at once cannot starve the others. */
#include "crowd/visit.h"

#include "base/assert.h"
#include "crowd/cookies.h"
#include "crowd/poll.h"

#include <math.h>
#include <stdlib.h>

enum {
    US_PER_MS = 1000,
    US_PER_SECOND = 1000000,
    RETRY_SECONDS = 5,       /* after 429 or 503 without Retry-After */
    ERROR_RETRY_MS = 1000,   /* times the errors in a row */
    FIRST_POLL_MS = 1000,    /* within which a page's script begins to poll */
    SECOND_TAB_MS = 5000,    /* within which a second tab is opened */
    BOT_MS = 1000,           /* from one question of a bot to its next, at least */
    POLL_MS_DEFAULT = 15000, /* until the server has said otherwise */
    LATE_US =
        2 * US_PER_SECOND /* a question so late is our own fault, or of a server that is slow */
};

static bool chance(struct random *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}

static uint32_t visitor_of(const struct crowd_run *run, uint32_t tab)
{
    return tab < run->plan->visitors ? tab : tab - run->plan->visitors;
}

static int64_t spread_ms(struct crowd_run *run, int64_t from_ms, int64_t to_ms)
{
    return random_between(&run->random, from_ms * US_PER_MS, to_ms * US_PER_MS);
}

static void tab_due(struct crowd_run *run, uint32_t tab, enum crowd_step step, int64_t due_us)
{
    const struct crowd_visitor *visitor = &run->visitors[visitor_of(run, tab)];
    bool gives_up = step == STEP_POLL || step == STEP_RELOAD || step == STEP_PAGE;
    run->tabs[tab].step = (uint8_t)step;
    if (gives_up && visitor->patience_us < due_us) {
        due_us = visitor->patience_us;
    }
    crowd_agenda_add(&run->agenda, tab, due_us);
}

static void tab_close(struct crowd_run *run, uint32_t tab)
{
    struct crowd_tab *closed = &run->tabs[tab];
    if (closed->step == STEP_OUT) {
        return;
    }
    run->live -= closed->step != STEP_BOT ? 1 : 0;
    closed->step = STEP_OUT;
    crowd_agenda_remove(&run->agenda, tab);
    if (!closed->under_way) {
        crowd_links_leave(run->links, tab);
    }
}

static void waits(struct crowd_run *run, struct crowd_visitor *visitor, bool now)
{
    run->waiting += (uint32_t)now - (uint32_t)visitor->waits;
    visitor->waits = now;
}

/* Leaves without having come in: `count` says why. */
static void visitor_leave(struct crowd_run *run, uint32_t index, uint32_t *count, int64_t now_us)
{
    struct crowd_visitor *visitor = &run->visitors[index];
    ASSERT(visitor->outcome == OUTCOME_OPEN);
    visitor->outcome = OUTCOME_OUT;
    visitor->turn.until_us = now_us;
    (*count)++;
    waits(run, visitor, false);
    tab_close(run, index);
    tab_close(run, index + run->plan->visitors);
}

void crowd_visitor_arrive(struct crowd_run *run, uint32_t visitor, int64_t now_us)
{
    const struct crowd_plan *plan = run->plan;
    struct crowd_visitor *comes = &run->visitors[visitor];
    struct random own; /* so that a visitor is the same whatever the server did to those before */
    random_seed(&own, random_mix(plan->seed) + visitor);
    *comes = (struct crowd_visitor){.turn = {0, -1, -1, -1, -1},
                                    .came_us = now_us,
                                    .patience_us = INT64_MAX,
                                    .announced_us = -1,
                                    .is_bot = chance(&own, plan->bot_percent)};
    comes->is_no_show = chance(&own, plan->no_show_percent);
    comes->two_tabs = chance(&own, plan->tab_percent);
    if (plan->patience_seconds > 0 && !comes->is_bot) {
        double uniform = ((double)(random_next(&own) >> 12) + 1) * 0x1p-52;
        double seconds = fmin(-log2(uniform) * plan->patience_seconds, LIMIT_CROWD_SECONDS);
        comes->patience_us = now_us + (int64_t)(seconds * US_PER_SECOND);
    }
    run->tally->came++;
    run->tally->bots += comes->is_bot ? 1 : 0;
    run->live += comes->is_bot ? 0 : 1;
    comes->turn.place = run->seen_place * 2 + 1;
    tab_due(run, visitor, comes->is_bot ? STEP_BOT : STEP_PAGE, now_us);
}

void crowd_visitors_turn(struct crowd_run *run, int64_t now_us)
{
    uint32_t tab;
    while (crowd_agenda_take(&run->agenda, now_us, &tab)) {
        uint32_t index = visitor_of(run, tab);
        struct crowd_visitor *visitor = &run->visitors[index];
        if (visitor->outcome == OUTCOME_OPEN && visitor->patience_us <= now_us &&
            run->tabs[tab].step != STEP_ENTER) {
            visitor_leave(run, index, &run->tally->gave_up, now_us);
            continue;
        }
        if (!visitor->has_place && !visitor->waits && run->tabs[tab].step == STEP_PAGE) {
            /* Whoever has a place by now is before this newcomer. */
            visitor->turn.place = run->seen_place * 2 + 1;
        }
        run->tabs[tab].under_way = true;
        crowd_links_ask(run->links, tab, run->tabs[tab].step == STEP_POLL);
    }
}

void crowd_tab_compose(void *context, uint32_t tab, struct text *to)
{
    struct crowd_run *run = context;
    const struct crowd_site *site = run->plan->site;
    const struct crowd_visitor *visitor = &run->visitors[visitor_of(run, tab)];
    bool polls = run->tabs[tab].step == STEP_POLL;
    text_append_string(to, "GET ");
    text_append_string(to, polls ? CROWD_POLL_PATH : site->path);
    text_append_string(to, " HTTP/1.1\r\nHost: ");
    text_append_string(to, site->authority);
    text_append_string(to, "\r\nUser-Agent: ecluse-crowd/" ECLUSE_VERSION "\r\nAccept: ");
    text_append_string(to, polls ? "application/json\r\n" : "text/html\r\n");
    if (visitor->cookies != NULL) {
        text_append_string(to, "Cookie: ");
        text_append_string(to, visitor->cookies);
        text_append_string(to, "\r\n");
    }
    text_append_string(to, "\r\n");
    run->tally->requests++;
    run->tally->bot_requests += visitor->is_bot ? 1 : 0;
}

void crowd_tab_cookie(void *context, uint32_t tab, struct slice cookie)
{
    struct crowd_run *run = context;
    struct crowd_visitor *visitor = &run->visitors[visitor_of(run, tab)];
    if (!visitor->is_bot) {
        visitor->cookies = crowd_cookies_set(visitor->cookies, cookie);
    }
}

/* ---- what an answer means ---- */

static void entry_note(struct crowd_run *run, int64_t now_us)
{
    const struct crowd_entry entry = {run->looked_before_us, now_us};
    enum status status = crowd_tally_entry(run->tally, entry);
    run->status = run->status == STATUS_OK ? status : run->status;
}

/* The announced range against what came of it. */
static void announced_judge(struct crowd_run *run, const struct crowd_visitor *visitor,
                            int64_t now_us)
{
    if (visitor->announced_us < 0) {
        return;
    }
    int64_t waited_ms = (now_us - visitor->announced_us) / US_PER_MS;
    int64_t low_ms = (int64_t)visitor->announced_low_seconds * 1000;
    int64_t high_ms = (int64_t)visitor->announced_high_seconds * 1000;
    crowd_spread_add(&run->tally->announced_off_ms,
                     (uint64_t)llabs(waited_ms - (low_ms + high_ms) / 2));
    run->tally->announced_within += waited_ms >= low_ms && waited_ms <= high_ms ? 1 : 0;
    if (visitor->fixed_ms != UINT32_MAX) {
        crowd_spread_add(&run->tally->fixed_off_ms,
                         (uint64_t)llabs(waited_ms - (int64_t)visitor->fixed_ms));
    }
}

/* What a waiting room with a fixed cursor says: the numbers before this one that are not called
 * yet, by the rate that it is set to. */
static uint32_t fixed_ms(const struct crowd_run *run, const struct crowd_poll *poll)
{
    if (!poll->has_place || run->plan->rate <= 0) {
        return UINT32_MAX;
    }
    uint64_t places = poll->place > run->front ? poll->place - run->front - 1 : 0;
    double ms = (double)places * 1000 / run->plan->rate;
    return ms < LIMIT_CROWD_SECONDS * 1000.0 ? (uint32_t)ms : LIMIT_CROWD_SECONDS * UINT32_C(1000);
}

static void announced_note(struct crowd_run *run, struct crowd_visitor *visitor,
                           const struct crowd_poll *poll, int64_t sent_us)
{
    uint64_t front = poll->has_front                    ? poll->front
                     : poll->state == CROWD_POLL_CALLED ? poll->place
                                                        : 0;
    run->front = front > run->front ? front : run->front;
    if (poll->has_wait && visitor->announced_us < 0 && poll->state == CROWD_POLL_WAITING) {
        visitor->announced_us = sent_us;
        visitor->announced_low_seconds = poll->wait_low_seconds;
        visitor->announced_high_seconds = poll->wait_high_seconds;
        visitor->fixed_ms = fixed_ms(run, poll);
    }
}

static void visit_next(struct crowd_run *run, uint32_t tab, int64_t now_us)
{
    struct crowd_tab *visits = &run->tabs[tab];
    int64_t think_ms = run->plan->think_ms;
    if (visits->pages_left == 0) {
        tab_close(run, tab);
        return;
    }
    visits->pages_left--;
    tab_due(run, tab, STEP_VISIT, now_us + spread_ms(run, think_ms / 2, think_ms * 3 / 2));
}

/* Served: this tab stays, the other closes. */
static void came_in(struct crowd_run *run, uint32_t tab, bool gate, int64_t now_us)
{
    uint32_t index = visitor_of(run, tab);
    struct crowd_visitor *visitor = &run->visitors[index];
    ASSERT(visitor->outcome == OUTCOME_OPEN);
    visitor->outcome = OUTCOME_IN;
    visitor->turn.until_us = now_us;
    waits(run, visitor, false);
    if (gate) {
        visitor->turn.came_us = now_us;
        /* Without a place it must have come in at once, else nobody knows what it overtook. */
        visitor->turn.place =
            visitor->has_place || run->tabs[tab].step == STEP_PAGE ? visitor->turn.place : 0;
        run->tally->served++;
        crowd_spread_add(&run->tally->waited_ms, (uint64_t)(now_us - visitor->came_us) / US_PER_MS);
        announced_judge(run, visitor, now_us);
        entry_note(run, now_us);
    } else {
        run->tally->served_at_once++;
    }
    tab_close(run, tab == index ? index + run->plan->visitors : index);
    run->tabs[tab].pages_left = (uint16_t)(run->plan->pages - 1);
    visit_next(run, tab, now_us);
}

/* The next poll, or a reload in its place: at the interval and up to 10 percent more. */
static void poll_later(struct crowd_run *run, uint32_t tab, int64_t now_us)
{
    int64_t told_ms = run->tabs[tab].poll_ms != 0 ? run->tabs[tab].poll_ms : run->poll_ms;
    int64_t interval_ms = told_ms != 0 ? told_ms : POLL_MS_DEFAULT;
    enum crowd_step step =
        chance(&run->random, run->plan->reload_percent) ? STEP_RELOAD : STEP_POLL;
    tab_due(run, tab, step, now_us + spread_ms(run, interval_ms, interval_ms * 11 / 10));
}

static void told_to_wait(struct crowd_run *run, uint32_t tab, int64_t sent_us, int64_t now_us)
{
    uint32_t index = visitor_of(run, tab);
    struct crowd_visitor *visitor = &run->visitors[index];
    bool first = run->tabs[tab].step == STEP_PAGE;
    waits(run, visitor, true);
    visitor->turn.asked_us = -1;
    if (visitor->has_place && !visitor->was_late) {
        visitor->turn.told_us = sent_us;
    }
    if (!first) {
        poll_later(run, tab, now_us);
        return;
    }
    tab_due(run, tab, STEP_POLL, now_us + spread_ms(run, 0, FIRST_POLL_MS));
    if (visitor->two_tabs) {
        run->live++;
        tab_due(run, index + run->plan->visitors, STEP_RELOAD,
                now_us + spread_ms(run, 0, SECOND_TAB_MS));
    }
}

static void called(struct crowd_run *run, uint32_t tab, int64_t now_us)
{
    uint32_t index = visitor_of(run, tab);
    struct crowd_visitor *visitor = &run->visitors[index];
    waits(run, visitor, false);
    if (visitor->is_no_show) {
        visitor_leave(run, index, &run->tally->no_shows, now_us);
        return;
    }
    if (visitor->turn.asked_us < 0) {
        visitor->turn.asked_us = now_us;
    }
    tab_due(run, tab, STEP_ENTER, now_us);
}

static void error_note(struct crowd_run *run, uint32_t tab, enum crowd_error error, int64_t now_us)
{
    struct crowd_tab *erred = &run->tabs[tab];
    uint32_t index = visitor_of(run, tab);
    struct crowd_visitor *visitor = &run->visitors[index];
    run->tally->errors[error]++;
    visitor->was_late = true;
    visitor->turn.asked_us = -1;
    if (++erred->tries < LIMIT_CROWD_TRIES || erred->step == STEP_BOT) {
        int64_t after_ms = (int64_t)erred->tries * ERROR_RETRY_MS;
        tab_due(run, tab, (enum crowd_step)erred->step,
                now_us + spread_ms(run, after_ms / 2, after_ms));
        erred->tries = erred->step == STEP_BOT ? 0 : erred->tries;
    } else if (visitor->outcome == OUTCOME_OPEN) {
        visitor_leave(run, index, &run->tally->failed, now_us);
    } else {
        tab_close(run, tab);
    }
}

static void place_note(struct crowd_run *run, struct crowd_visitor *visitor, uint64_t place)
{
    uint64_t doubled = place * 2 + 2;
    if (visitor->has_place && visitor->turn.place != doubled) {
        visitor->turn.told_us = -1; /* drawn anew: what it witnessed was of another place */
    }
    visitor->has_place = true;
    visitor->turn.place = doubled;
    run->seen_place = place + 1 > run->seen_place ? place + 1 : run->seen_place;
}

static void poll_answered(struct crowd_run *run, uint32_t tab, const struct crowd_answer *answer)
{
    struct crowd_poll poll;
    uint32_t index = visitor_of(run, tab);
    struct crowd_visitor *visitor = &run->visitors[index];
    if (!crowd_poll_read(answer->body, &poll)) {
        error_note(run, tab, CROWD_ERROR_GARBLED, answer->came_us);
        return;
    }
    if (poll.has_place) {
        place_note(run, visitor, poll.place);
    }
    if (poll.poll_ms > 0) {
        run->tabs[tab].poll_ms = poll.poll_ms;
        run->poll_ms =
            run->poll_ms == 0 || poll.poll_ms < run->poll_ms ? poll.poll_ms : run->poll_ms;
    }
    announced_note(run, visitor, &poll, answer->sent_us);
    if (poll.state == CROWD_POLL_GONE) {
        visitor_leave(run, index, &run->tally->lost_place, answer->came_us);
    } else if (poll.state == CROWD_POLL_WAITING) {
        told_to_wait(run, tab, answer->sent_us, answer->came_us);
    } else {
        called(run, tab, answer->came_us);
    }
}

static void page_answered(struct crowd_run *run, uint32_t tab, const struct crowd_answer *answer)
{
    bool visits = run->tabs[tab].step == STEP_VISIT;
    if (visits && answer->door == CROWD_DOOR_WAITING) {
        run->tally->cut_short++;
        tab_close(run, tab);
    } else if (visits) {
        visit_next(run, tab, answer->came_us);
    } else if (answer->door == CROWD_DOOR_WAITING) {
        told_to_wait(run, tab, answer->sent_us, answer->came_us);
    } else {
        came_in(run, tab, answer->door == CROWD_DOOR_INSIDE, answer->came_us);
    }
}

static bool told_later(struct crowd_run *run, uint32_t tab, const struct crowd_answer *answer)
{
    struct crowd_visitor *visitor = &run->visitors[visitor_of(run, tab)];
    bool waiting_page =
        answer->door == CROWD_DOOR_WAITING && !visitor->is_bot && run->tabs[tab].step != STEP_POLL;
    if ((answer->status != 429 && answer->status != 503) || waiting_page) {
        return false;
    }
    int64_t seconds =
        answer->retry_after_seconds >= 0 ? answer->retry_after_seconds : RETRY_SECONDS;
    int64_t least_ms = seconds > 0 ? seconds * 1000 : BOT_MS;
    run->tally->told_later += visitor->is_bot ? 0 : 1;
    visitor->was_late = true;
    visitor->turn.asked_us = -1;
    tab_due(run, tab, (enum crowd_step)run->tabs[tab].step,
            answer->came_us + spread_ms(run, least_ms, least_ms * 11 / 10));
    return true;
}

static void bot_answered(struct crowd_run *run, uint32_t tab, const struct crowd_answer *answer)
{
    struct crowd_visitor *bot = &run->visitors[visitor_of(run, tab)];
    uint16_t status = answer->status;
    bool refused = status == 429 || status == 503 || status == 403;
    run->tally->bot_refused += refused ? 1 : 0;
    if (!refused && answer->door == CROWD_DOOR_INSIDE) {
        run->tally->bot_inside++;
        entry_note(run, answer->came_us);
        if (bot->turn.came_us < 0) {
            bot->turn.came_us = answer->came_us;
            bot->turn.until_us = answer->came_us;
        }
    }
    if (told_later(run, tab, answer)) {
        return;
    }
    if (bot->turn.came_us < 0) {
        bot->turn.place = run->seen_place * 2 + 1;
    }
    int64_t next_us = answer->sent_us + (int64_t)BOT_MS * US_PER_MS;
    tab_due(run, tab, STEP_BOT, next_us > answer->came_us ? next_us : answer->came_us);
}

static void latency_note(struct crowd_run *run, uint32_t tab, const struct crowd_answer *answer)
{
    enum crowd_step step = (enum crowd_step)run->tabs[tab].step;
    struct crowd_visitor *visitor = &run->visitors[visitor_of(run, tab)];
    int64_t lag_us = answer->sent_us - run->agenda.due_us[tab];
    crowd_spread_add(&run->tally->lag_us, lag_us > 0 ? (uint64_t)lag_us : 0);
    visitor->was_late = visitor->was_late || lag_us > LATE_US;
    if (answer->failure == CROWD_FAILED_NOT && step != STEP_BOT) {
        struct crowd_spread *spread = step == STEP_POLL    ? &run->tally->poll_us
                                      : step == STEP_ENTER ? &run->tally->enter_us
                                                           : &run->tally->page_us;
        crowd_spread_add(spread, (uint64_t)(answer->came_us - answer->sent_us));
    }
}

void crowd_tab_answered(void *context, uint32_t tab, const struct crowd_answer *answer)
{
    static const enum crowd_error failures[CROWD_FAILURES] = {
        [CROWD_FAILED_CONNECT] = CROWD_ERROR_CONNECT,
        [CROWD_FAILED_TIMEOUT] = CROWD_ERROR_TIMEOUT,
        [CROWD_FAILED_BROKEN] = CROWD_ERROR_BROKEN};
    struct crowd_run *run = context;
    struct crowd_tab *asked = &run->tabs[tab];
    asked->under_way = false;
    if (asked->step == STEP_OUT) {
        crowd_links_leave(run->links, tab); /* closed while it waited for this */
        return;
    }
    latency_note(run, tab, answer);
    if (answer->failure != CROWD_FAILED_NOT) {
        error_note(run, tab, failures[answer->failure], answer->came_us);
    } else if (answer->status >= 500 && answer->status != 503) {
        error_note(run, tab, CROWD_ERROR_5XX, answer->came_us);
    } else if (asked->step == STEP_BOT) {
        bot_answered(run, tab, answer);
    } else if (!told_later(run, tab, answer)) {
        if (answer->status >= 400 && answer->status < 500) {
            error_note(run, tab, CROWD_ERROR_4XX, answer->came_us);
            return;
        }
        asked->tries = 0;
        if (asked->step == STEP_POLL) {
            poll_answered(run, tab, answer);
        } else {
            page_answered(run, tab, answer);
        }
    }
}
