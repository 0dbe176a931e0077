/* The rows as a table, and how one of its values is read: a name, a number with at most three
 * decimals. */
#include "rehearse/assume.h"

#include "base/decimal.h"

#include <stddef.h>

struct assumption {
    const char *name;
    size_t offset; /* in struct assumptions */
    double fallback;
    double low, high;
    const char *unit;
};

#define ASSUMPTION_ROW(name, initial, lowest, highest, unit, meaning, source)                      \
    {#name, offsetof(struct assumptions, name), (initial), (lowest), (highest), (unit)},
static const struct assumption table[] = {ASSUMPTIONS(ASSUMPTION_ROW)};
#undef ASSUMPTION_ROW

enum { ASSUMPTION_COUNT = sizeof table / sizeof *table };

static double *value_in(struct assumptions *assumptions, const struct assumption *assumption)
{
    return (double *)(void *)((char *)assumptions + assumption->offset);
}

void assumptions_default(struct assumptions *assumptions)
{
    for (uint32_t i = 0; i < ASSUMPTION_COUNT; i++) {
        *value_in(assumptions, &table[i]) = table[i].fallback;
    }
}

void assumptions_of(struct assumptions *assumptions, const struct shop_assumptions *said)
{
#define ASSUMPTION_TAKE(name, initial, lowest, highest, unit, meaning, source)                     \
    assumptions->name = (double)said->name / THOUSAND;
    ASSUMPTIONS(ASSUMPTION_TAKE)
#undef ASSUMPTION_TAKE
}

enum status assumption_set(struct assumptions *assumptions, const char *text, struct fault *fault)
{
    struct slice value;
    struct slice name = slice_cut(slice_of(text), '=', &value);
    for (uint32_t i = 0; i < ASSUMPTION_COUNT; i++) {
        const struct assumption *assumption = &table[i];
        int64_t thousandths;
        if (!slice_is(name, assumption->name)) {
            continue;
        }
        double number = 0;
        bool read = decimal_read(value, 3, &thousandths) == DECIMAL_OK;
        number = read ? (double)thousandths / THOUSAND : 0;
        if (!read || number < assumption->low || number > assumption->high) {
            return fault_set(fault, STATUS_INVALID,
                             "--assume %s: a number (%s) from %g to %g with at most three decimals",
                             text, assumption->unit, assumption->low, assumption->high);
        }
        *value_in(assumptions, assumption) = number;
        return STATUS_OK;
    }
    return fault_set(fault, STATUS_INVALID,
                     "--assume %s: there is no such assumption; docs/rehearsal.md lists them",
                     text);
}
