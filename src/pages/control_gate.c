/* fields -> pause and cap of the gate's pace, the door, consent -> how it stands. */
#include "pages/control_gate.h"

#include "door/micro_cache.h"
#include "pages/waiting_rules.h"
#include "pages/waiting_watch.h"

#include <inttypes.h>

enum { FIELD_PAUSED = 1, FIELD_RATE, FIELD_OPEN, FIELD_CONSENT, FIELD_PURGE };

const struct json_field control_gate_fields[CONTROL_GATE_FIELDS] = {
    {"command", JSON_IS_STRING, true},  {"paused", JSON_IS_BOOLEAN, false},
    {"rate", JSON_IS_STRING, false},    {"open", JSON_IS_BOOLEAN, false},
    {"consent", JSON_IS_STRING, false}, {"purge", JSON_IS_STRING, false},
};

bool control_gate_rate_fits(int64_t thousandths)
{
    static const int64_t most = 1000000000;
    return thousandths > 0 && thousandths <= most;
}

bool control_gate_rate_read(struct request_reader *reader, struct json_value value, uint64_t *cap)
{
    struct slice text;
    int64_t thousandths = 0;
    if (!request_read_text(reader, value, "/rate", LIMIT_NAME_BYTES, &text)) {
        return false;
    }
    if (slice_is(text, "none")) {
        *cap = UINT64_MAX;
        return true;
    }
    if (decimal_read(text, 3, &thousandths) != DECIMAL_OK || !control_gate_rate_fits(thousandths)) {
        (void)problem_set(reader->problem, PROBLEM_BAD_VALUE,
                          "the rate is visitors a second, above 0 and with at most three decimals, "
                          "or none; to let nobody in, pause");
        return false;
    }
    *cap = (uint64_t)thousandths;
    return true;
}

static void rate_append(struct text *to, const char *name, uint64_t thousandths)
{
    text_append_format(to, "\"%s\":%" PRIu64 ".%03u,", name, thousandths / 1000,
                       (unsigned)(thousandths % 1000));
}

static bool consent_give(struct request_reader *reader, struct json_value value,
                         struct waiting *waiting)
{
    struct slice key;
    if (!request_read_text(reader, value, "/consent", LIMIT_NAME_BYTES, &key)) {
        return false;
    }
    return waiting_consent(waiting, key) ||
           problem_set(reader->problem, PROBLEM_BAD_VALUE,
                       "this is no key; write the 32 digits that `ecluse crowd` prints for your "
                       "site, or none to take it back");
}

static bool purge_do(struct request_reader *reader, struct json_value value,
                     struct waiting *waiting, int64_t *purged)
{
    struct slice what;
    if (!request_read_text(reader, value, "/purge", LIMIT_REQUEST_TARGET_BYTES, &what)) {
        return false;
    }
    *purged = door_cache_purge(waiting_upstream(waiting), what);
    return *purged >= 0 ||
           problem_set(reader->problem, PROBLEM_BAD_VALUE,
                       "write a path such as /shop, /shop* for all that begin so, or all");
}

static bool door_move(struct request_reader *reader, bool open, struct waiting *waiting)
{
    return waiting_set_open(waiting, open) ||
           problem_set(reader->problem, PROBLEM_REFUSED,
                       open ? "the door is open already; --close closes it"
                            : "the door is closed already, until --open");
}

static void cache_append(struct text *to, const struct waiting *waiting, int64_t purged)
{
    struct door_cache_figures figures;
    door_cache_figures(waiting_upstream(waiting), &figures);
    text_append_format(to,
                       ",\"cache\":{\"answers\":%" PRIu32 ",\"bytes\":%" PRIu64 ",\"hits\":%" PRIu64
                       ",\"stale\":%" PRIu64 ",\"misses\":%" PRIu64 ",\"passes\":%" PRIu64 "}",
                       figures.answers, figures.bytes, figures.hits, figures.stale, figures.misses,
                       figures.passes);
    if (purged >= 0) {
        text_append_format(to, ",\"purged\":%" PRId64, purged);
    }
}

static void rules_append(struct text *to, const struct waiting *waiting)
{
    const struct waiting_rules *rules = waiting_rules(waiting);
    const char *between = "";
    text_append_format(to, "\"preset\":\"%s\",\"passed\":{",
                       site_preset_name(waiting_preset(waiting)));
    for (enum site_class class = 0; class < SITE_CLASSES; class ++) {
        text_append_format(to, "%s\"%s\":%" PRIu64, between, site_class_name(class),
                           rules->passed[class]);
        between = ",";
    }
    text_append_format(
        to, "},\"denied\":%" PRIu64 ",\"no_place\":{\"opened\":%" PRIu64 ",\"closed\":%" PRIu64 "}",
        rules->denied, rules->opened, rules->closed);
}

/* Without its braces. */
static void members_append(struct text *to, const struct waiting *waiting)
{
    const struct gate *gate = waiting_gate(waiting);
    const struct pace *pace = &gate->pace;
    text_append_format(to, "\"paused\":%s,", pace->paused ? "true" : "false");
    rate_append(to, "rate", pace_rate(pace));
    rate_append(to, "ceiling", pace->ceiling);
    rate_append(to, "learned", pace->learned);
    if (pace->cap == UINT64_MAX) {
        text_append_string(to, "\"cap\":null,");
    } else {
        rate_append(to, "cap", pace->cap);
    }
    text_append_format(to,
                       "\"waiting\":%" PRIu32 ",\"parked\":%" PRIu32 ",\"inside\":%" PRIu32
                       ",\"entries\":%" PRIu64 ",\"limited\":%" PRIu64 ",\"opening\":{",
                       gate_waiting(gate), gate->chamber_count, inside_count(&gate->inside),
                       gate->entries, allowance_refused_all(waiting_allowance(waiting)));
    waiting_opening_append(waiting, to);
    text_append_char(to, '}');
}

void control_gate_append(struct text *to, const struct waiting *waiting)
{
    text_append_char(to, '{');
    members_append(to, waiting);
    text_append_char(to, '}');
}

static void answer_append(struct text *to, const struct waiting *waiting, int64_t purged)
{
    text_append_char(to, '{');
    members_append(to, waiting);
    cache_append(to, waiting, purged);
    text_append_char(to, ',');
    rules_append(to, waiting);
    text_append_string(to, ",\"watch\":");
    if (waiting_watched(waiting) != NULL) {
        waiting_watch_append(waiting_watched(waiting), to);
    } else {
        text_append_string(to, "null");
    }
    text_append_char(to, '}');
}

bool control_gate_do(struct request_reader *reader, const struct json_value *values,
                     struct waiting *waiting, struct text *answer)
{
    uint64_t cap = 0;
    int64_t purged = -1;
    if (waiting == NULL) {
        return problem_set(reader->problem, PROBLEM_REFUSED,
                           "there is no waiting room; `ecluse serve SHOP.db --upstream URL` opens "
                           "one in front of your shop");
    }
    bool lever = values[FIELD_RATE].kind != JSON_IS_NONE ||
                 values[FIELD_OPEN].kind != JSON_IS_NONE ||
                 values[FIELD_PAUSED].kind != JSON_IS_NONE;
    if (lever && waiting_watched(waiting) != NULL) {
        return problem_set(reader->problem, PROBLEM_REFUSED,
                           "the server only watches and holds nobody; start it without --watch to "
                           "hold the crowd");
    }
    if (values[FIELD_RATE].kind != JSON_IS_NONE &&
        !control_gate_rate_read(reader, values[FIELD_RATE], &cap)) {
        return false;
    }
    if (values[FIELD_CONSENT].kind != JSON_IS_NONE &&
        !consent_give(reader, values[FIELD_CONSENT], waiting)) {
        return false;
    }
    if (values[FIELD_OPEN].kind != JSON_IS_NONE &&
        !door_move(reader, json_read_true(values[FIELD_OPEN]), waiting)) {
        return false;
    }
    if (values[FIELD_PURGE].kind != JSON_IS_NONE &&
        !purge_do(reader, values[FIELD_PURGE], waiting, &purged)) {
        return false;
    }
    if (cap != 0) {
        waiting_cap(waiting, cap);
    }
    if (values[FIELD_PAUSED].kind != JSON_IS_NONE) {
        waiting_pause(waiting, json_read_true(values[FIELD_PAUSED]));
    }
    answer_append(answer, waiting, purged);
    return true;
}
