/* The tally as a table and as JSON. What was not measured (no rate, no waits, no answers) is left
 * out of the table and null in JSON. */
#include "crowd/fairness.h"
#include "crowd/tally.h"
#include "report/table.h"

#include <inttypes.h>
#include <stdio.h>

enum { P50 = 50, P90 = 90, P99 = 99, CELL_BYTES = 160 };

struct error_name {
    const char *key;
    const char *english;
    const char *french;
};

static const struct error_name error_names[CROWD_ERRORS] = {
    [CROWD_ERROR_CONNECT] = {"connect", "no connection", "sans connexion"},
    [CROWD_ERROR_TIMEOUT] = {"timeout", "no answer in time", "sans réponse à temps"},
    [CROWD_ERROR_BROKEN] = {"broken", "broken off", "interrompues"},
    [CROWD_ERROR_5XX] = {"5xx", "5xx but 503", "5xx sauf 503"},
    [CROWD_ERROR_4XX] = {"4xx", "4xx but 429", "4xx sauf 429"},
    [CROWD_ERROR_GARBLED] = {"garbled", "unreadable status", "état illisible"},
};

/* ---- JSON ---- */

static void member(struct text *to, const char *key, uint64_t value)
{
    text_append_format(to, ",\"%s\":%" PRIu64, key, value);
}

static void latency_json(struct text *to, const char *key, const struct crowd_spread *spread)
{
    if (spread->count == 0) {
        text_append_format(to, "\"%s\":null", key);
        return;
    }
    text_append_format(to, "\"%s\":{\"count\":%" PRIu64 ",\"p50\":%.3f,\"p99\":%.3f}", key,
                       spread->count, (double)crowd_spread_at(spread, P50) / 1000,
                       (double)crowd_spread_at(spread, P99) / 1000);
}

static void outcomes_json(const struct crowd_tally *tally, struct text *to)
{
    text_append_format(to, "{\"visitors\":%u", (unsigned)tally->came);
    member(to, "planned", tally->planned);
    member(to, "served", tally->served);
    member(to, "served_at_once", tally->served_at_once);
    member(to, "gave_up", tally->gave_up);
    member(to, "no_shows", tally->no_shows);
    member(to, "lost_place", tally->lost_place);
    member(to, "failed", tally->failed);
    member(to, "left_waiting", tally->left_waiting);
    member(to, "cut_short", tally->cut_short);
    member(to, "requests", tally->requests);
    member(to, "told_later", tally->told_later);
    text_append_format(to,
                       ",\"bots\":{\"count\":%u,\"requests\":%" PRIu64 ",\"refused\":%" PRIu64
                       ",\"inside\":%" PRIu64 "}",
                       (unsigned)tally->bots, tally->bot_requests, tally->bot_refused,
                       tally->bot_inside);
    text_append_string(to, ",\"errors\":{");
    for (int i = 0; i < CROWD_ERRORS; i++) {
        text_append_format(to, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", error_names[i].key,
                           tally->errors[i]);
    }
    text_append_char(to, '}');
}

static void fixed_json(const struct crowd_tally *tally, struct text *to)
{
    double ratio = crowd_tally_error_ratio(tally);
    if (ratio >= 0) {
        text_append_format(to, "\"fixed_cursor\":{\"error_seconds\":%.1f,\"ratio\":%.3f}}",
                           (double)crowd_spread_at(&tally->fixed_off_ms, P50) / 1000, ratio);
    } else {
        text_append_string(to, "\"fixed_cursor\":null}");
    }
}

static void waits_json(const struct crowd_tally *tally, struct text *to)
{
    const struct crowd_spread *waited = &tally->waited_ms;
    const struct crowd_spread *off = &tally->announced_off_ms;
    if (waited->count == 0) {
        text_append_string(to, ",\"waited_seconds\":null");
    } else {
        text_append_format(to, ",\"waited_seconds\":{\"p50\":%.1f,\"p90\":%.1f,\"max\":%.1f}",
                           (double)crowd_spread_at(waited, P50) / 1000,
                           (double)crowd_spread_at(waited, P90) / 1000,
                           (double)waited->most / 1000);
    }
    if (off->count == 0) {
        text_append_string(to, ",\"announced\":null");
    } else {
        text_append_format(
            to, ",\"announced\":{\"count\":%" PRIu64 ",\"error_seconds\":%.1f,\"within\":%.3f,",
            off->count, (double)crowd_spread_at(off, P50) / 1000,
            (double)tally->announced_within / (double)off->count);
        fixed_json(tally, to);
    }
}

static void bounds_json(const struct crowd_tally *tally, struct text *to)
{
    int64_t used = crowd_tally_used_thousandths(tally);
    text_append_format(to, ",\"entries\":{\"count\":%u,\"most_in_second\":%u,\"most_in_minute\":%u",
                       (unsigned)tally->entry_count, (unsigned)tally->most_in_second,
                       (unsigned)tally->most_in_minute);
    if (tally->rate > 0) {
        text_append_format(to, ",\"rate\":%.3f,\"second_bound\":%u,\"minute_bound\":%u}",
                           tally->rate, (unsigned)crowd_second_bound(tally->rate),
                           (unsigned)crowd_minute_bound(tally->rate));
    } else {
        text_append_string(to, ",\"rate\":null}");
    }
    text_append_format(to, ",\"overshoot\":%s", crowd_tally_overshoots(tally) ? "true" : "false");
    member(to, "inversions", tally->inversions);
    if (used >= 0) {
        text_append_format(to, ",\"used_capacity\":{\"share\":%.3f,\"seconds\":%u}",
                           (double)used / 1000, (unsigned)tally->busy_seconds);
    } else {
        text_append_string(to, ",\"used_capacity\":null");
    }
}

void crowd_tally_json(const struct crowd_tally *tally, struct text *to)
{
    outcomes_json(tally, to);
    waits_json(tally, to);
    bounds_json(tally, to);
    text_append_string(to, ",\"latency_ms\":{");
    latency_json(to, "page", &tally->page_us);
    text_append_char(to, ',');
    latency_json(to, "enter", &tally->enter_us);
    text_append_char(to, ',');
    latency_json(to, "poll", &tally->poll_us);
    text_append_char(to, ',');
    latency_json(to, "lag", &tally->lag_us);
    text_append_format(to, "},\"seconds\":%.1f,\"connections\":%u,\"holds\":%s}\n", tally->seconds,
                       (unsigned)tally->connections_most,
                       crowd_tally_holds(tally) ? "true" : "false");
}

/* ---- the table ---- */

struct sheet {
    struct table table;
    bool french;
};

static const char *say(const struct sheet *sheet, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct sheet *sheet, const char *english, const char *french)
{
    return sheet->french ? french : english;
}

static void row(struct sheet *sheet, const char *name, enum table_tone tone, const char *value)
{
    table_cell_string(&sheet->table, name);
    table_cell_tone(&sheet->table, slice_of(value), tone);
}

static void number_row(struct sheet *sheet, const char *name, uint64_t value)
{
    char cell[CELL_BYTES];
    (void)snprintf(cell, sizeof cell, "%" PRIu64, value);
    row(sheet, name, TABLE_PLAIN, cell);
}

static void some_row(struct sheet *sheet, const char *name, uint64_t value)
{
    if (value > 0) {
        number_row(sheet, name, value);
    }
}

static void outcome_rows(struct sheet *sheet, const struct crowd_tally *tally)
{
    number_row(sheet, say(sheet, "visitors", "visiteurs"), tally->came);
    some_row(sheet, say(sheet, "still to come", "pas encore venus"), tally->planned - tally->came);
    number_row(sheet, say(sheet, "served", "servis"), tally->served);
    some_row(sheet, say(sheet, "served, no gate", "servis, sans sas"), tally->served_at_once);
    some_row(sheet, say(sheet, "gave up", "ont renoncé"), tally->gave_up);
    some_row(sheet, say(sheet, "called, never came", "appelés, jamais venus"), tally->no_shows);
    some_row(sheet, say(sheet, "lost their place", "place perdue"), tally->lost_place);
    some_row(sheet, say(sheet, "left after errors", "partis après des erreurs"), tally->failed);
    some_row(sheet, say(sheet, "not in at the end", "pas entrés à la fin"), tally->left_waiting);
    some_row(sheet, say(sheet, "visits cut short", "visites écourtées"), tally->cut_short);
    some_row(sheet, say(sheet, "told to come later", "priés de revenir"), tally->told_later);
    if (tally->bots > 0) {
        char cell[CELL_BYTES];
        (void)snprintf(
            cell, sizeof cell,
            say(sheet, "%u: %" PRIu64 " requests, %" PRIu64 " refused, %" PRIu64 " inside",
                "%u : %" PRIu64 " requêtes, %" PRIu64 " refusées, %" PRIu64 " entrées"),
            (unsigned)tally->bots, tally->bot_requests, tally->bot_refused, tally->bot_inside);
        row(sheet, say(sheet, "bots", "robots"), TABLE_PLAIN, cell);
    }
}

static void error_rows(struct sheet *sheet, const struct crowd_tally *tally)
{
    uint64_t all = 0;
    for (int i = 0; i < CROWD_ERRORS; i++) {
        all += tally->errors[i];
    }
    if (all == 0) {
        row(sheet, say(sheet, "errors", "erreurs"), TABLE_GOOD, "0");
    }
    for (int i = 0; i < CROWD_ERRORS; i++) {
        char name[CELL_BYTES];
        char cell[CELL_BYTES];
        if (tally->errors[i] > 0) {
            (void)snprintf(name, sizeof name, say(sheet, "errors: %s", "erreurs : %s"),
                           say(sheet, error_names[i].english, error_names[i].french));
            (void)snprintf(cell, sizeof cell, "%" PRIu64, tally->errors[i]);
            row(sheet, name, TABLE_BAD, cell);
        }
    }
}

static void wait_rows(struct sheet *sheet, const struct crowd_tally *tally)
{
    char cell[CELL_BYTES];
    const struct crowd_spread *waited = &tally->waited_ms;
    const struct crowd_spread *off = &tally->announced_off_ms;
    if (waited->count > 0) {
        (void)snprintf(cell, sizeof cell, "p50 %.1f s, p90 %.1f s, max %.1f s",
                       (double)crowd_spread_at(waited, P50) / 1000,
                       (double)crowd_spread_at(waited, P90) / 1000, (double)waited->most / 1000);
        row(sheet, say(sheet, "waited", "attente"), TABLE_PLAIN, cell);
    }
    if (off->count > 0) {
        (void)snprintf(cell, sizeof cell,
                       say(sheet, "off by %.1f s (median), %.1f %% within the range",
                           "écart médian %.1f s, %.1f %% dans la fourchette"),
                       (double)crowd_spread_at(off, P50) / 1000,
                       (double)tally->announced_within * 100 / (double)off->count);
        row(sheet, say(sheet, "announced waits", "attentes annoncées"), TABLE_PLAIN, cell);
    }
    if (crowd_tally_error_ratio(tally) >= 0) {
        (void)snprintf(cell, sizeof cell,
                       say(sheet, "off by %.1f s (median); announced waits %.2f of that",
                           "écart médian %.1f s ; les attentes annoncées %.2f de cela"),
                       (double)crowd_spread_at(&tally->fixed_off_ms, P50) / 1000,
                       crowd_tally_error_ratio(tally));
        row(sheet, say(sheet, "a fixed cursor's", "curseur fixe"), TABLE_PLAIN, cell);
    }
}

static void most_row(struct sheet *sheet, const char *name, double rate, uint32_t most,
                     uint32_t bound)
{
    char cell[CELL_BYTES];
    enum table_tone tone = rate <= 0 ? TABLE_PLAIN : most > bound ? TABLE_BAD : TABLE_GOOD;
    if (rate > 0) {
        (void)snprintf(cell, sizeof cell, say(sheet, "%u (at most %u)", "%u (au plus %u)"),
                       (unsigned)most, (unsigned)bound);
    } else {
        (void)snprintf(cell, sizeof cell, "%u", (unsigned)most);
    }
    row(sheet, name, tone, cell);
}

static void bound_rows(struct sheet *sheet, const struct crowd_tally *tally)
{
    char cell[CELL_BYTES];
    int64_t used = crowd_tally_used_thousandths(tally);
    if (tally->entry_count > 0) {
        most_row(sheet, say(sheet, "most in a second", "maximum en une seconde"), tally->rate,
                 tally->most_in_second, crowd_second_bound(tally->rate));
        most_row(sheet, say(sheet, "most in a minute", "maximum en une minute"), tally->rate,
                 tally->most_in_minute, crowd_minute_bound(tally->rate));
        (void)snprintf(cell, sizeof cell, "%" PRIu64, tally->inversions);
        row(sheet, say(sheet, "inversions", "inversions"),
            tally->inversions > 0 ? TABLE_BAD : TABLE_GOOD, cell);
    }
    if (used >= 0) {
        (void)snprintf(
            cell, sizeof cell,
            say(sheet, "%.1f %% of %u s while people waited", "%.1f %% de %u s d'attente"),
            (double)used / 10, (unsigned)tally->busy_seconds);
        row(sheet, say(sheet, "used capacity", "capacité utilisée"), TABLE_PLAIN, cell);
    }
}

static void latency_row(struct sheet *sheet, const char *name, const struct crowd_spread *spread)
{
    char cell[CELL_BYTES];
    if (spread->count > 0) {
        (void)snprintf(cell, sizeof cell, "p50 %.1f ms, p99 %.1f ms",
                       (double)crowd_spread_at(spread, P50) / 1000,
                       (double)crowd_spread_at(spread, P99) / 1000);
        row(sheet, name, TABLE_PLAIN, cell);
    }
}

bool crowd_tally_text(const struct crowd_tally *tally, bool french, size_t width, bool colour,
                      struct text *to)
{
    static const struct table_column columns[] = {{"", TABLE_LEFT, false}, {"", TABLE_LEFT, true}};
    struct sheet sheet = {.french = french};
    char cell[CELL_BYTES];
    table_init(&sheet.table, columns, sizeof columns / sizeof columns[0]);
    outcome_rows(&sheet, tally);
    error_rows(&sheet, tally);
    wait_rows(&sheet, tally);
    bound_rows(&sheet, tally);
    latency_row(&sheet, say(&sheet, "pages", "pages"), &tally->page_us);
    latency_row(&sheet, say(&sheet, "pages on being called", "pages à l'appel"), &tally->enter_us);
    latency_row(&sheet, say(&sheet, "status of the queue", "état de la file"), &tally->poll_us);
    latency_row(&sheet, say(&sheet, "sent late by", "envoyées en retard de"), &tally->lag_us);
    (void)snprintf(cell, sizeof cell,
                   say(&sheet, "%" PRIu64 " in %.1f s over %u connections at most",
                       "%" PRIu64 " en %.1f s sur %u connexions au plus"),
                   tally->requests, tally->seconds, (unsigned)tally->connections_most);
    row(&sheet, say(&sheet, "requests", "requêtes"), TABLE_PLAIN, cell);
    bool written = table_write(&sheet.table, width, colour, to);
    table_free(&sheet.table);
    return written;
}
