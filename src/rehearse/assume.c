/* The table, and how one of its values is read: a name, a number with at most three decimals. */
#include "rehearse/assume.h"

#include "base/decimal.h"

#include <stddef.h>

#define AT(field) offsetof(struct assumptions, field)

const struct assumption assumption_table[] = {
    {"browse_seconds", AT(browse_seconds), 180, 1, 3600, "s", "assumption"},
    {"pages_per_visit", AT(pages_per_visit), 5, 1, 100, "pages", "assumption"},
    {"patience_minutes", AT(patience_minutes), 10, 0.1, 1440, "min", "assumption"},
    {"page_patience", AT(page_patience), 10, 0.1, 600, "s", "assumption"},
    {"site_slow_seconds", AT(site_slow_seconds), 3, 0, 60, "s",
     "Google, The need for mobile speed, 2016: half leave a page of over 3 s"},
    {"site_timeout", AT(site_timeout), 30, 1, 600, "s", "PHP max_execution_time, default"},
    {"site_collapse", AT(site_collapse), 0.3, 0, 1, "share", "assumption"},
    {"ordinary_units", AT(ordinary_units), 2, 1, 20, "units", "assumption"},
    {"work_variation", AT(work_variation), 0.3, 0, 3, "c.v.",
     "Hopp and Spearman, Factory Physics: low variability is under 0.75"},
    {"absence", AT(absence), 0.04, 0, 1, "chance", "assumption"},
    {"supplier_late", AT(supplier_late), 0.1, 0, 1, "chance", "assumption"},
    {"supplier_late_days", AT(supplier_late_days), 2, 1, 60, "days", "assumption"},
    {"supplier_short", AT(supplier_short), 0.03, 0, 1, "chance", "assumption"},
    {"supplier_short_part", AT(supplier_short_part), 0.2, 0, 1, "share", "assumption"},
    {"carrier_late", AT(carrier_late), 0.01, 0, 1, "chance", "assumption"},
    {"cancel_after_days", AT(cancel_after_days), 7, 1, 60, "days", "assumption"},
    {"cancel_share", AT(cancel_share), 0.3, 0, 1, "chance", "assumption"},
    {"demand_days", AT(demand_days), 30, 1, 90, "days", "assumption"},
    {"history_half_life", AT(history_half_life), 56, 1, 3650, "days", "assumption"},
    {"trend_damping", AT(trend_damping), 0.9, 0, 1, "share",
     "Gardner and McKenzie, Forecasting trends in time series, 1985: damped, 0.8 to 0.98"},
};

const uint32_t assumption_count = sizeof assumption_table / sizeof *assumption_table;

static double *value_in(struct assumptions *assumptions, const struct assumption *assumption)
{
    return (double *)(void *)((char *)assumptions + assumption->offset);
}

void assumptions_default(struct assumptions *assumptions)
{
    for (uint32_t i = 0; i < assumption_count; i++) {
        *value_in(assumptions, &assumption_table[i]) = assumption_table[i].fallback;
    }
}

enum status assumption_set(struct assumptions *assumptions, const char *text, struct fault *fault)
{
    struct slice value;
    struct slice name = slice_cut(slice_of(text), '=', &value);
    for (uint32_t i = 0; i < assumption_count; i++) {
        const struct assumption *assumption = &assumption_table[i];
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
