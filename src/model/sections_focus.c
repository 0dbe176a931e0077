/* The keys of the sections that `focus` reads: requests, decisions, and focus itself. */
#include "model/sections_focus.h"

#include "base/assert.h"
#include "model/section_rows.h"

static const struct field request_fields[] = {
    {.key = "from", .required = true, AT(request, from), TEXT},
    {.key = "wants", .required = true, AT(request, wants), TEXT},
    {.key = "activity", AT(request, activity), REFERENCE(NAMES_ACTIVITIES)},
    {.key = "value_per_week", AT(request, value_per_week_minor), MONEY},
    {.key = "count", AT(request, count), WHOLE(64, 0, LIMIT_REQUEST_COUNT, "a whole number")},
    {.key = "hours_per_week",
     LIST_AT(request, hours, hours_count),
     .kind = &field_shares,
     .names = NAMES_WORK_CENTERS,
     .low = 0,
     .high = LIMIT_HOURS_THOUSANDTHS,
     .example = "hours such as 2.5"},
};
static const struct request request_defaults = {.activity = {NO_INDEX}, .count = 1};
const struct record_shape focus_request_shape =
    SHAPE(request, "request", request_fields, &request_defaults, LIMIT_LIST_ENTRIES, NULL);

/* What a decision expects. Profit's range is that of any money, the others' are a week's. */
#define GAIN_QUANTITY                                                                              \
    .kind = &field_thousandths64, .low = -LIMIT_QUANTITY_THOUSANDTHS,                              \
    .high = LIMIT_QUANTITY_THOUSANDTHS, .example = "a number such as 12 or -2.5"
#define EXPECTED(measure) .offset = offsetof(struct decision, expected[measure])

static const struct field expected_fields[] = {
    {.key = "profit_per_week", EXPECTED(DECISION_PROFIT), MONEY_SIGNED},
    {.key = "revenue_per_week", EXPECTED(DECISION_REVENUE), MONEY_SIGNED},
    {.key = "orders_per_week", EXPECTED(DECISION_ORDERS), GAIN_QUANTITY},
    {.key = "hours_per_week", EXPECTED(DECISION_HOURS), GAIN_QUANTITY},
    {.key = "kept_percent",
     EXPECTED(DECISION_KEPT),
     .kind = &field_thousandths64,
     .low = 0,
     .high = 100000,
     .example = "percent such as 95 or 97.5"},
};
/* Below each key's range. */
static const struct decision decision_defaults = {.expected = {DECISION_UNSAID, DECISION_UNSAID,
                                                               DECISION_UNSAID, DECISION_UNSAID,
                                                               DECISION_UNSAID}};
static const struct record_shape expected_shape =
    SHAPE(decision, "expected", expected_fields, &decision_defaults, 1, NULL);

#define ACTIVITY(verb) .offset = offsetof(struct decision, activity[verb]), TEXT

static const struct field decision_fields[] = {
    {.key = "on", .required = true, AT(decision, on_day), DAY},
    {.key = "stop", ACTIVITY(DECISION_STOP)},
    {.key = "start", ACTIVITY(DECISION_START)},
    {.key = "shrink", ACTIVITY(DECISION_SHRINK)},
    {.key = "keep", ACTIVITY(DECISION_KEEP)},
    {.key = "because", AT(decision, because), TEXT},
    {.key = "by", AT(decision, by_day), DAY},
    {.key = "expected", .offset = 0, .kind = &field_record, .detail = &expected_shape},
    {.key = "say", AT(decision, say), LABEL},
};

static bool decision_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    const struct decision *decision = record;
    int verbs = 0;
    for (int i = 0; i < DECISION_VERBS; i++) {
        verbs += decision->activity[i] != NULL;
    }
    if (verbs != 1) {
        return reader_refuse(reader, node,
                             "decision: %s; write one of stop, start, shrink and keep, with the "
                             "activity's name",
                             verbs == 0 ? "what is decided is missing"
                                        : "one decision says one thing");
    }
    return decision->by_day == 0 || decision->by_day > decision->on_day ||
           reader_refuse(reader, tree_find(node, "by"),
                         "by: that is not after the day on which it begins; write a later day than "
                         "that of on");
}
const struct record_shape focus_decision_shape = SHAPE(
    decision, "decision", decision_fields, &decision_defaults, LIMIT_LIST_ENTRIES, decision_finish);

enum decision_verb decision_verb(const struct decision *decision)
{
    for (int i = 0; i < DECISION_VERBS; i++) {
        if (decision->activity[i] != NULL) {
            return (enum decision_verb)i;
        }
    }
    UNREACHABLE();
}

const char *decision_activity(const struct decision *decision)
{
    return decision->activity[decision_verb(decision)];
}

const char *decision_verb_name(enum decision_verb verb)
{
    static const char *const names[DECISION_VERBS] = {[DECISION_STOP] = "stop",
                                                      [DECISION_START] = "start",
                                                      [DECISION_SHRINK] = "shrink",
                                                      [DECISION_KEEP] = "keep"};
    ASSERT(verb < DECISION_VERBS);
    return names[verb];
}

const char *decision_measure_name(enum decision_measure measure)
{
    ASSERT(measure < DECISION_MEASURES);
    return expected_fields[measure].key;
}

int decision_measure_decimals(enum decision_measure measure, const struct currency *currency)
{
    return measure <= DECISION_REVENUE ? currency->decimals : 3;
}

int64_t decision_measure_low(enum decision_measure measure)
{
    return expected_fields[measure].low;
}

int64_t decision_measure_high(enum decision_measure measure)
{
    return expected_fields[measure].high;
}

static const struct field focus_fields[] = {
    {.key = "owner_hours_per_week",
     AT(focus_rules, owner_hours_per_week_thousandths),
     .kind = &field_thousandths64,
     .low = 0,
     .high = 168000,
     .example = "hours such as 35 or 4.5"},
    {.key = "together_lost", AT(focus_rules, together_lost_thousandths), PERCENT},
};
const struct focus_rules focus_defaults = {.owner_hours_per_week_thousandths = -1,
                                           .together_lost_thousandths = 50000};
const struct record_shape focus_section =
    SHAPE(focus_rules, "focus", focus_fields, &focus_defaults, 1, NULL);
