/* Money over time: the forecast of the bank's balance by day, and whether it bears one more
 * purchase (DESIGN section 5, "Cash").
 *
 *   balance(d) = balance before today + flows of today .. d
 *
 * Flows are derived: orders and what they owe in VAT, purchases and bills, fixed costs, expected
 * sales. They stand in a stock table of one row, because the question is the same: how low does it
 * get? A flow is a negative commitment. Without a cash section nothing is counted and nothing is
 * bounded. */
#ifndef ECLUSE_PROMISE_CASH_H
#define ECLUSE_PROMISE_CASH_H

#include "promise/stock.h"

struct cash_state {
    bool present;
    int32_t today;
    bool recorded;     /* kept: somebody has said what is in the bank */
    int32_t since_day; /* kept: the balance at the beginning of this day was `opening_minor` */
    int64_t opening_minor;
    struct stock series;
};

struct cash_flow {
    int32_t day;
    enum cash_part part;
    int64_t amount_minor; /* positive: comes in */
};

enum { CASH_FLOWS_MAX = 4 };

/* A sale of `total` with its VAT, made on `day`; the flows that it brings: returns how many. */
uint32_t cash_sale_flows(const struct shop *shop, int32_t day, int64_t total_minor,
                         int64_t vat_minor, struct cash_flow flows[CASH_FLOWS_MAX]);
/* What is expected of an entry will cost so much; none for receipts of the shop file. */
uint32_t cash_entry_flows(const struct shop *shop, const struct supply_entry *entry,
                          struct cash_flow flows[CASH_FLOWS_MAX]);
uint32_t cash_bill_flows(const struct shop *shop, const struct supply_bill *bill,
                         struct cash_flow flows[CASH_FLOWS_MAX]);
/* What every day of the horizon brings by itself: fixed costs and expected sales. */
uint32_t cash_day_flows(const struct shop *shop, int32_t day, struct cash_flow flows[2]);

/* Half up, of a rate in thousandths of a percent; amounts may be negative. */
int64_t cash_share(int64_t amount_minor, int32_t rate_thousandths);
/* The VAT within a gross amount. */
int64_t cash_vat_within(int64_t gross_minor, int32_t rate_thousandths);

/* The row without orders: the balance, what days bring, bills, purchases. */
void cash_build(struct cash_state *cash, const struct shop *shop, const struct supply *supply,
                const struct window *window);
/* A day has begun: `window` begins `elapsed` days later. */
void cash_roll(struct cash_state *cash, const struct shop *shop, const struct supply *supply,
               const struct window *window, uint32_t elapsed);
/* Adds flows (sign 1) or takes them back (-1). Those before the balance's day are left out; what
 * should have been before today has been, or, if `late`, is due today. */
void cash_add(struct cash_state *cash, const struct cash_flow *flows, uint32_t count, int sign,
              bool late);
/* The lowest balance of the horizon. */
int64_t cash_low(struct cash_state *cash);

#endif
