/* Orders that another shop has sold, as the import of a file hands them over:
 *
 *   {"command":"sold","system":"woocommerce","dry_run":false,
 *    "orders":[<as its API sends them>, ...]}
 *     -> {"orders":[{"reference":"woocommerce:727","label":"727","outcome":"taken",
 *         "order":"...","deliver_by":"2026-12-03","broken":false,"late":false,"unknown":"..."},
 *        {"outcome":"unreadable","why":"..."}]}, in the order of the request
 *
 * `order` and what follows it is there where it has an order here. A dry run needs an engine that
 * only reads, as that of a change does. */
#ifndef ECLUSE_PAGES_CONTROL_SOLD_H
#define ECLUSE_PAGES_CONTROL_SOLD_H

#include "pages/sold_read.h"

enum { CONTROL_SOLD_FIELDS = 4 };
extern const struct json_field control_sold_fields[CONTROL_SOLD_FIELDS];

/* One element of the request: task->sold[place], or why it cannot be read. */
struct control_sold_element {
    bool readable;
    uint32_t place;
    const char *why;
};

struct control_sold {
    uint32_t count;
    struct control_sold_element *elements;
};

/* Fills the task, which is TASK_SOLD. False: reader->problem says why. */
bool control_sold_read(struct request_reader *reader, const struct json_value *values,
                       struct engine_task *task, struct control_sold *sold) MUST_USE;
void control_sold_render(struct text *to, const struct control_sold *sold,
                         const struct engine_task *task);
/* "taken", "held", ... */
const char *sold_outcome_text(enum sold_outcome outcome);

#endif
