/* A visitor is known by the ticket's cookie, as in the waiting room; what the gate makes of the
 * number decides nothing here.
 *
 * A row is a minute of UTC, also a quiet one, because whoever replays the file counts rows. */
#include "pages/waiting_watch.h"

#include "base/assert.h"
#include "base/calendar.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MINUTE = 60, ROW_BYTES = 512, LINE_BYTES = 512, QUIET_MINUTES_MOST = 60 };

const char waiting_watch_head[] =
    "utc,requests,browsing,checkout,assets,callbacks,admin,cron,visitors,over_rate,would_wait,"
    "longest_wait_seconds,longest_line,turned_away,held_requests\n";

struct waiting_watch {
    struct env *env;
    struct gate *gate;
    struct gate_keys *keys;
    uint32_t line;
    struct watch_record record;
    struct watch watch;
    int64_t since, minute; /* UTC; the beginning of the minute under way */
    int64_t line_most_at, over_most_at;
    uint32_t line_most;
    uint64_t over_most;
    uint64_t limited, rows;
    uint32_t arrived[];
};

/* A request that was handed on, in its memory. */
struct seen_in {
    struct waiting_watch *watch;
    uint32_t number;
    bool ends; /* the shop file says that the session ends at its path */
};

static int64_t now_ms(const struct waiting_watch *watch)
{
    return (int64_t)(watch->env->ticks_ns(watch->env) / 1000000);
}

static int64_t now_utc(const struct waiting_watch *watch)
{
    return watch->env->now(watch->env);
}

static int64_t minute_of(int64_t at)
{
    return at - at % MINUTE;
}

struct waiting_watch *waiting_watch_open(struct env *env, struct gate *gate, struct gate_keys *keys,
                                         uint32_t line, const struct watch_record *record)
{
    struct waiting_watch *watch =
        calloc(1, sizeof *watch + gate->settings.places_max * sizeof watch->arrived[0]);
    if (watch == NULL) {
        return NULL;
    }
    watch->env = env;
    watch->gate = gate;
    watch->keys = keys;
    watch->line = line;
    watch->record = *record;
    watch->since = now_utc(watch);
    watch->minute = minute_of(watch->since);
    watch_init(&watch->watch, gate, watch->arrived, now_ms(watch));
    return watch;
}

/* ---- rows ---- */

static void row_write(struct waiting_watch *watch, int64_t minute, const struct watch_count *count)
{
    char at[32];
    char row[ROW_BYTES];
    size_t day = day_write(at, (int32_t)(minute / DAY_SECONDS));
    int length = snprintf(
        row, sizeof row,
        "%.*s %02d:%02d:00,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
        ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu64
        ",%" PRIu64 "\n",
        (int)day, at, (int)(minute % DAY_SECONDS / 3600), (int)(minute % 3600 / MINUTE),
        watch_requests(count), count->requests[SITE_BROWSING], count->requests[SITE_CHECKOUT],
        count->requests[SITE_ASSETS], count->requests[SITE_CALLBACKS], count->requests[SITE_ADMIN],
        count->requests[SITE_CRON], count->visitors, count->over, count->waited,
        count->wait_seconds_most, count->line_most, count->turned_away, count->held);
    ASSERT(length > 0 && length < ROW_BYTES);
    if (watch->record.file != NULL && watch->record.bytes + (uint64_t)length <= LIMIT_WATCH_BYTES) {
        line_file_append(watch->record.file, (struct slice){row, (size_t)length});
        watch->record.bytes += (uint64_t)length;
        watch->rows++;
    }
}

static void minute_end(struct waiting_watch *watch)
{
    struct watch_count count;
    watch_minute_end(&watch->watch, now_ms(watch), &count);
    if (count.line_most > watch->line_most) {
        watch->line_most = count.line_most;
        watch->line_most_at = watch->minute;
    }
    if (count.over > watch->over_most) {
        watch->over_most = count.over;
        watch->over_most_at = watch->minute;
    }
    row_write(watch, watch->minute, &count);
}

void waiting_watch_tick(struct waiting_watch *watch)
{
    static const struct watch_count quiet;
    int64_t minute = minute_of(now_utc(watch));
    watch_turn(&watch->watch, now_ms(watch));
    if (minute == watch->minute) {
        return;
    }
    minute_end(watch);
    /* The machine slept, or was busy; a clock that was set far is no quiet time. */
    bool slept = minute > watch->minute && minute - watch->minute <= QUIET_MINUTES_MOST * MINUTE;
    for (int64_t at = watch->minute + MINUTE; slept && at < minute; at += MINUTE) {
        row_write(watch, at, &quiet);
    }
    watch->minute = minute;
}

void waiting_watch_close(struct waiting_watch *watch)
{
    if (watch != NULL) {
        minute_end(watch);
        free(watch);
    }
}

/* ---- requests ---- */

static void seen(void *context, const struct door_forwarded *result)
{
    const struct seen_in *in = context;
    bool done = result->status >= 200 && result->status < 300;
    if (result->ends_session || (in->ends && done)) {
        gate_leave(in->watch->gate, in->number);
    }
}

static void hand_on(struct waiting_watch *watch, struct door_upstream *upstream,
                    const struct watched_request *watched, uint32_t number, struct slice lines)
{
    struct door_request *request = watched->request;
    struct seen_in *in = number == UINT32_MAX ? NULL : door_alloc(request, sizeof *in);
    if (in != NULL) {
        *in = (struct seen_in){watch, number, watched->ends};
    }
    door_forward(request, upstream, lines, in != NULL ? seen : NULL, in);
}

/* Somebody who was not here yet: the ticket, and whether the gate would have let the request in. */
static bool newcomer(struct waiting_watch *watch, bool browser, uint32_t *number)
{
    int64_t now = now_ms(watch);
    return browser ? watch_arrive(&watch->watch, now, number)
                   : watch_arrive_program(&watch->watch, now, number);
}

static struct slice ticket_line(struct waiting_watch *watch, struct door_request *request,
                                uint32_t number, char line[LINE_BYTES])
{
    char text[GATE_TICKET_CHARACTERS + 1];
    const struct store_visit visit = {.request = request};
    uint32_t now = (uint32_t)now_utc(watch);
    const struct gate_ticket ticket = {
        .line = watch->line, .number = number, .issued = now, .entered = now};
    gate_ticket_write(watch->keys, now, &ticket, text);
    int length = snprintf(line, LINE_BYTES,
                          "Set-Cookie: " GATE_TICKET_COOKIE
                          "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s\r\n",
                          text, DAY_SECONDS, store_visit_secure(&visit));
    ASSERT(length > 0 && length < LINE_BYTES);
    return (struct slice){line, (size_t)length};
}

/* Does the ticket's visitor still count, waiting or inside? Whose session has just ended fetches
 * the last page's parts. */
static bool is_known(const struct waiting_watch *watch, const struct watched_request *watched,
                     bool *held)
{
    struct gate_view view;
    if (watched->ticket == NULL) {
        return false;
    }
    gate_look(watch->gate, watched->ticket->number, now_ms(watch), &view);
    *held = view.state == GATE_WAITING || view.state == GATE_CALLED;
    bool leaves =
        gate_session(watch->gate, watched->ticket->number, now_ms(watch)) == GATE_SESSION_LEAVING;
    return view.state != GATE_GONE || (leaves && !watched->browser);
}

void waiting_watch_handle(struct waiting_watch *watch, struct door_upstream *upstream,
                          const struct watched_request *watched)
{
    char line[LINE_BYTES];
    struct slice lines = {NULL, 0};
    uint32_t number = UINT32_MAX;
    bool held = false;
    enum rules_way way = watched->verdict->way;
    watch->limited += watched->limited;
    if (way == RULES_PASS || way == RULES_REFUSE) {
        held = way == RULES_REFUSE;
    } else if (is_known(watch, watched, &held)) {
        number = watched->ticket->number;
    } else {
        held = !newcomer(watch, watched->browser, &number);
        if (number != UINT32_MAX) {
            lines = ticket_line(watch, watched->request, number, line);
        }
    }
    watch_request(&watch->watch, watched->verdict->class, held);
    hand_on(watch, upstream, watched, number, lines);
}

/* ---- what it tells ---- */

void waiting_watch_count(const struct waiting_watch *watch, struct watch_count *count)
{
    struct watch now = watch->watch;
    struct watch_count minute;
    watch_minute_end(&now, now_ms(watch), &minute);
    *count = now.all;
}

uint32_t waiting_watch_line(const struct waiting_watch *watch)
{
    return gate_waiting(watch->gate) + watch->gate->chamber_count;
}

static void time_append(struct text *to, const char *key, int64_t at)
{
    char text[32];
    if (at == 0) {
        text_append_format(to, ",\"%s\":null", key);
        return;
    }
    size_t length = instant_write_utc(text, at);
    text_append_format(to, ",\"%s\":\"%.*s\"", key, (int)length, text);
}

void waiting_watch_append(const struct waiting_watch *watch, struct text *to)
{
    struct watch now = watch->watch;
    struct watch_count minute;
    watch_minute_end(&now, now_ms(watch), &minute);
    const struct watch_count *all = &now.all;
    bool newest_line = minute.line_most > watch->line_most;
    bool newest_over = minute.over > watch->over_most;
    text_append_format(to, "{\"seconds\":%lld", (long long)(now_utc(watch) - watch->since));
    time_append(to, "since", watch->since);
    text_append_format(to, ",\"requests\":{\"all\":%" PRIu64, watch_requests(all));
    for (int class = 0; class < SITE_CLASSES; class ++) {
        text_append_format(to, ",\"%s\":%" PRIu64, site_class_name((enum site_class) class),
                           all->requests[class]);
    }
    text_append_format(to,
                       "},\"visitors\":%" PRIu64 ",\"would_wait\":%" PRIu64
                       ",\"turned_away\":%" PRIu64 ",\"held_requests\":%" PRIu64
                       ",\"limited\":%" PRIu64 ",\"line\":%" PRIu32 ",\"longest_line\":%" PRIu32,
                       all->visitors, all->waited, all->turned_away, all->held, watch->limited,
                       waiting_watch_line(watch), all->line_most);
    time_append(to, "longest_line_at", newest_line ? watch->minute : watch->line_most_at);
    text_append_format(to,
                       ",\"longest_wait_seconds\":%" PRIu32 ",\"visitors_a_minute\":%" PRIu64
                       ",\"minutes\":%" PRIu64 ",\"minutes_over\":%" PRIu64
                       ",\"most_over\":%" PRIu64,
                       all->wait_seconds_most, watch_minute_capacity(&now), now.minutes,
                       now.minutes_over, now.over_most);
    time_append(to, "most_over_at", newest_over ? watch->minute : watch->over_most_at);
    text_append_string(to, ",\"file\":");
    text_append_json_string(to, watch->record.path != NULL ? watch->record.path : "");
    bool full = watch->record.bytes + ROW_BYTES > LIMIT_WATCH_BYTES;
    text_append_format(to, ",\"rows\":%" PRIu64 ",\"full\":%s}", watch->rows,
                       full ? "true" : "false");
}
