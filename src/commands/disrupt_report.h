/* Promises that are broken: open orders that are due later than first promised, or without a date,
 * by value, with who waits for them and what would keep them (supply/mend.h). */
#ifndef ECLUSE_COMMANDS_DISRUPT_REPORT_H
#define ECLUSE_COMMANDS_DISRUPT_REPORT_H

#include "commands/customers.h"
#include "commands/origins.h"
#include "commands/shop_open.h"
#include "promise/order_id.h"
#include "supply/alarm.h"
#include "supply/mend.h"

#include <jansson.h>

/* Each search builds the state anew: it is made for those worth most. */
enum { REPORT_SEARCHED_MAX = 50 };

struct report_mend {
    struct mend mend;
    struct offer_id offer; /* of a SPLIT's line */
};

struct report_order {
    struct order_view view;
    char id[ORDER_ID_LENGTH + 1];
    struct customer customer;
    char origin[ORIGIN_NAME_BYTES]; /* what the shop behind calls it; "" */
    bool moved;                     /* by this disruption */
    bool searched;                  /* false: what would mend it was not looked for */
    uint32_t mend_first;
    uint32_t mend_count;
};

struct report {
    int64_t now;
    uint32_t count;
    struct report_order *orders; /* those worth most first */
    uint32_t mend_count;
    struct report_mend *mends;
    enum status status;
};

/* `moved`: the orders of the disruption's answer; may be NULL. report_free in every case. */
enum status report_read(struct shop_open *open, struct env *env, const json_t *moved,
                        struct report *report, struct fault *fault) MUST_USE;
void report_free(struct report *report);

/* "broken":[{"order":...,"origin":"woocommerce 1234" if the shop behind sold it,
 *   "status":...,"customer":{"name":...,"email":...},"total":{...},
 *   "moved":true,"first":{"ship_by":...,"deliver_by":...},
 *   "now":{"ship_by":...,"deliver_by":...,"limited_by":{...}} or null,
 *   "mends":[{"kind":"receipt",...}] or null where none was looked for}] */
void report_json(struct text *to, const struct shop *shop, const struct report *report);
void report_text(struct call *call, const struct shop *shop, const struct report *report);

#endif
