/* What a rehearsal assumes about the world beyond the shop: one row each, from which the section of
 * the shop file, its defaults and bounds, and the table of the rehearsal (rehearse/assume.h) are
 * made. docs/rehearsal.md shows the same rows; a test compares them.
 *
 * ROW(name, default, lowest, highest, unit, meaning, source). A list of a macro, because a name
 * that stood in four tables would sooner or later be missing in one. */
#ifndef ECLUSE_MODEL_ASSUMPTIONS_H
#define ECLUSE_MODEL_ASSUMPTIONS_H

#include <stdint.h>

/* clang-format off */
#define ASSUMPTIONS(ROW)                                                                           \
    ROW(browse_seconds, 180, 1, 3600, "s", "from the first page to the checkout, mean",            \
        "assumption")                                                                              \
    ROW(pages_per_visit, 5, 1, 100, "pages", "whose answers a visitor waits for", "assumption")    \
    ROW(patience_minutes, 10, 0.1, 1440, "min", "in a line, mean", "assumption")                   \
    ROW(page_patience, 10, 0.1, 600, "s", "for a page beyond site_slow_seconds, mean",             \
        "assumption")                                                                              \
    ROW(site_slow_seconds, 3, 0, 60, "s", "nobody leaves for a page that is quicker",              \
        "Google, The need for mobile speed, 2016: half leave a page of over 3 s")                  \
    ROW(site_timeout, 30, 1, 600, "s", "after which a request fails",                              \
        "PHP max_execution_time, default")                                                         \
    ROW(site_collapse, 0.3, 0, 1, "share", "of its capacity that a failing site still serves",     \
        "assumption")                                                                              \
    ROW(ordinary_units, 2, 1, 20, "units", "of an ordinary order that is shipped, mean",           \
        "assumption")                                                                              \
    ROW(work_variation, 0.3, 0, 3, "c.v.", "of minutes around the standard",                       \
        "Hopp and Spearman, Factory Physics: low variability is under 0.75")                       \
    ROW(absence, 0.04, 0, 1, "chance", "of a person to be away on a day", "assumption")            \
    ROW(supplier_late, 0.1, 0, 1, "chance", "of a delivery to be late", "assumption")              \
    ROW(supplier_late_days, 2, 1, 60, "days", "by so many, mean, at least one", "assumption")      \
    ROW(supplier_short, 0.03, 0, 1, "chance", "of a delivery to be short", "assumption")           \
    ROW(supplier_short_part, 0.2, 0, 1, "share", "what is missing of it then", "assumption")       \
    ROW(carrier_late, 0.01, 0, 1, "chance", "of a parcel to come a day later", "assumption")       \
    ROW(cancel_after_days, 7, 1, 60, "days", "late, after which a customer may cancel",            \
        "assumption")                                                                              \
    ROW(cancel_share, 0.3, 0, 1, "chance", "of doing so", "assumption")                            \
    ROW(payment_failure, 0.07, 0, 1, "chance", "of a payment to fail, each time it is tried",      \
        "TrueLayer, Why do online card payments fail, 2022: up to 0.14; half of that")             \
    ROW(payment_retry, 0.6, 0, 1, "chance", "of trying again after that", "assumption")            \
    ROW(payment_retry_minutes, 3, 0.1, 1440, "min", "until then, mean", "assumption")              \
    ROW(mind_change, 0.01, 0, 1, "chance", "of a customer to cancel what has not left",            \
        "assumption")                                                                              \
    ROW(mind_change_hours, 12, 0.1, 720, "h", "after the order, mean", "assumption")               \
    ROW(wrong_share, 0.01, 0, 1, "chance", "of a parcel to hold something else",                   \
        "Finale Inventory on picking accuracy: 1 to 3 in 100 picks")                               \
    ROW(wrong_rush, 3, 1, 100, "times", "as often while more than a day's work waits",             \
        "assumption")                                                                              \
    ROW(wrong_scanned, 1, 0, 1, "share", "of these that your own scans let pass, with Écluse",     \
        "assumption: nothing is scanned")                                                          \
    ROW(return_share, 0.03, 0, 1, "chance", "of a delivered order to be sent back", "assumption")  \
    ROW(return_days, 7, 1, 60, "days", "from the delivery to its coming back, mean",               \
        "Code de la consommation, L221-18: 14 days to say so; half of that")                       \
    ROW(return_resold, 0.7, 0, 1, "chance", "that it goes back on the shelf", "assumption")        \
    ROW(return_paid, 0, 0, 1, "chance", "that the shop pays its carriage",                         \
        "Code de la consommation, L221-23: the customer, unless the shop says otherwise")          \
    ROW(wish_share, 0.3, 0, 1, "chance", "of who is refused to leave a wish", "assumption")        \
    ROW(wish_days, 14, 1, 90, "days", "within which it is to be there", "assumption")              \
    ROW(wish_accepted, 0.6, 0, 1, "chance", "that what is then held for it is bought",             \
        "assumption")                                                                              \
    ROW(price_elasticity, 2.6, 0, 10, "power", "by which demand falls as a price rises",           \
        "Bijmolt, van Heerde and Pieters, 2005: the mean of 1,851 elasticities")                   \
    ROW(collection_cost, 35, 0, 100000, "money", "of a carrier's further collection",              \
        "assumption")                                                                              \
    ROW(stock_charge, 0.03, 0, 1, "share", "of its value: what is bought before it is needed",     \
        "assumption")                                                                              \
    ROW(broken_promise, 1, 0, 100, "orders", "whose profit a broken promise costs", "assumption")  \
    ROW(history_half_life, 56, 1, 3650, "days", "after which a basket of the past counts half",    \
        "assumption")                                                                              \
    ROW(trend_damping, 0.9, 0, 1, "share", "of a learned trend that is left from week to week",    \
        "Gardner and McKenzie, Forecasting trends in time series, 1985: damped, 0.8 to 0.98")      \
    ROW(demand_days, 30, 1, 90, "days", "of ordinary demand after the moment that are looked at",  \
        "assumption")
/* clang-format on */

/* As the shop file says them, in thousandths. */
#define ASSUMPTION_MEMBER(name, initial, lowest, highest, unit, meaning, source) int64_t name;
struct shop_assumptions {
    ASSUMPTIONS(ASSUMPTION_MEMBER)
};
#undef ASSUMPTION_MEMBER

#define ASSUMPTION_THOUSANDTHS(value) ((int64_t)((value)*1000.0 + 0.5))

#endif
