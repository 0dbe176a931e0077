/* The keys of the sections that `focus` reads: requests, decisions. */
#include "model/sections_focus.h"

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

static bool expected_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    struct decision *decision = record;
    (void)reader;
    decision->has_expected_profit = tree_find(node, "profit_per_week") != NULL;
    return true;
}

static const struct field expected_fields[] = {
    {.key = "profit_per_week", AT(decision, expected_profit_per_week_minor), MONEY_SIGNED},
};
/* Below the key's range: no profit was expected, which is not the same as a profit of 0. */
static const struct decision decision_defaults = {.expected_profit_per_week_minor =
                                                      -LIMIT_MONEY_MINOR - 1};
static const struct record_shape expected_shape =
    SHAPE(decision, "expected", expected_fields, &decision_defaults, 1, expected_finish);

static const struct field decision_fields[] = {
    {.key = "on", .required = true, AT(decision, on_day), DAY},
    {.key = "stop", .required = true, AT(decision, stop), TEXT},
    {.key = "because", AT(decision, because), TEXT},
    {.key = "expected", .offset = 0, .kind = &field_record, .detail = &expected_shape},
};
const struct record_shape focus_decision_shape =
    SHAPE(decision, "decision", decision_fields, &decision_defaults, LIMIT_LIST_ENTRIES, NULL);
