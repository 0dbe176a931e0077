/* What the tables of the shop file's keys are made of (sections.c, sections_focus.c): where a key's
 * value goes, and the kinds with the ranges and the example that most keys of that kind share. */
#ifndef ECLUSE_MODEL_SECTION_ROWS_H
#define ECLUSE_MODEL_SECTION_ROWS_H

#include "model/field.h"

#include <stddef.h>

#define COUNT_OF(array)  ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define AT(type, member) .offset = offsetof(struct type, member)
#define LIST_AT(type, array, counter)                                                              \
    .offset = offsetof(struct type, array), .count_offset = offsetof(struct type, counter)

#define MONEY                                                                                      \
    .kind = &field_money, .low = 0, .high = LIMIT_MONEY_MINOR,                                     \
    .example = "an amount of money such as 12.50"
#define MONEY_SIGNED                                                                               \
    .kind = &field_money, .low = -LIMIT_MONEY_MINOR, .high = LIMIT_MONEY_MINOR,                    \
    .example = "an amount of money such as 12.50"
#define QUANTITY                                                                                   \
    .kind = &field_thousandths64, .low = 0, .high = LIMIT_QUANTITY_THOUSANDTHS,                    \
    .example = "a quantity such as 12 or 40.5"
#define QUANTITY_OF_LINE                                                                           \
    .kind = &field_thousandths64, .low = 1, .high = LIMIT_LINE_QUANTITY_THOUSANDTHS,               \
    .example = "a quantity over 0, such as 1 or 0.5"
#define MINUTES                                                                                    \
    .kind = &field_thousandths64, .low = 0, .high = LIMIT_MINUTES_THOUSANDTHS,                     \
    .example = "minutes such as 3 or 1.5"
#define PERCENT                                                                                    \
    .kind = &field_thousandths32, .low = 0, .high = 100000, .example = "percent such as 20 or 5.5"
#define DURATION(unit_seconds, most_units, sample)                                                 \
    .kind = &field_duration, .seconds = (unit_seconds), .low = 0, .high = (most_units)*1000LL,     \
    .example = (sample)
#define WHOLE(bits, lowest, highest, sample)                                                       \
    .kind = &field_whole##bits, .low = (lowest), .high = (highest), .example = (sample)
#define DAYS_COUNT            WHOLE(32, 0, LIMIT_HORIZON_DAYS, "a whole number of days")
#define TEXT                  .kind = &field_text, .example = "a text"
#define LABEL                 .kind = &field_label, .example = "a text, or {fr: ..., en: ...}"
#define REFERENCE(kind_names) .kind = &field_reference, .names = (kind_names), .example = "a name"
#define DAY                   .kind = &field_day, .example = "a date as YYYY-MM-DD"
#define DAYS                  .kind = &field_days, .example = "a list of dates"
#define WEEKDAYS_SET          .kind = &field_weekdays, .example = "days as mon-fri or [mon, wed]"
#define YES_OR_NO             .kind = &field_bool, .example = "true or false"
#define CLOCK                 .kind = &field_clock, .example = "a time such as \"16:00\""
#define LIST(shape)           .kind = &field_list, .detail = &(shape)
#define CHOICE(table, sample)                                                                      \
    .kind = &field_choice, .detail = (table), .choices = COUNT_OF(table), .example = (sample)

#define SHAPE(type, singular, table, initial, most, check)                                         \
    {                                                                                              \
        .noun = (singular), .bytes = sizeof(struct type), .fields = (table),                       \
        .field_count = COUNT_OF(table), .defaults = (initial), .limit = (most), .finish = (check)  \
    }
#define RECORD(shape)            .kind = &field_record, .detail = &(shape)
#define NAMED(kind_names, shape) .kind = &field_named, .names = (kind_names), .detail = &(shape)

#endif
