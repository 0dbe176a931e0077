/* Alarms (supply/alarm.h) as people and scripts read them; shown by `board` and `purchases`. */
#ifndef ECLUSE_COMMANDS_ALARMS_H
#define ECLUSE_COMMANDS_ALARMS_H

#include "commands/command.h"
#include "commands/origins.h"
#include "promise/order_id.h"
#include "supply/alarm.h"

enum { ALARMS_SHOWN_MAX = 200 };

struct alarm_shown {
    struct alarm alarm;
    struct supply_entry entry;       /* of UNSENT and OVERDUE */
    char order[ORDER_ID_LENGTH + 1]; /* of BROKEN and LATE */
    char origin[ORIGIN_NAME_BYTES];  /* of such an order, what the shop behind calls it; "" */
};

struct alarms {
    uint32_t count; /* all of them */
    uint32_t shown;
    struct alarm_shown list[ALARMS_SHOWN_MAX];
};

/* On the core's thread. */
void alarms_fill(const struct promise_state *state, struct alarms *alarms);
/* Says what the shop behind calls its orders. */
void alarms_origins(struct alarms *alarms, const struct origins *origins);
/* One line each, after `indent`. */
void alarms_text(struct call *call, const struct shop *shop, const struct alarms *alarms,
                 const char *indent);
/* "alarms":[{"kind":...,"day":...,...}] */
void alarms_json(struct text *to, const struct shop *shop, const struct alarms *alarms);

#endif
