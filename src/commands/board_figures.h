/* The figures of the board, read from the SQL tables on a read-only connection: what the company
 * promised and what became of it. */
#ifndef ECLUSE_COMMANDS_BOARD_FIGURES_H
#define ECLUSE_COMMANDS_BOARD_FIGURES_H

#include "commands/wishes_read.h"
#include "env/env.h"
#include "promise/promise.h"

enum { BOARD_RISKS_MAX = 10, BOARD_SHIP_BYS_MAX = 7, BOARD_ID_BYTES = 32, BOARD_TIME_BYTES = 32 };

struct board_risk {
    uint32_t number;
    char order[BOARD_ID_BYTES];
    char status[16];
    bool has_ship_by; /* else it is on site and due is its day */
    int64_t ship_by;
    int32_t deliver_by_day;
    bool late;
};

struct board_ship_by {
    int64_t ship_by;
    int64_t orders;
};

struct board_figures {
    int64_t orders[ORDER_STATUSES];
    /* Against the first promise, which never changes. */
    int64_t shipped, shipped_in_time;
    int64_t delivered, delivered_in_time;
    /* Confirmed, not shipped: due within a day, or past. */
    int64_t near, late;
    uint32_t risk_count;
    struct board_risk risks[BOARD_RISKS_MAX];
    struct wishes_counts wishes;
    uint32_t ship_by_count;
    struct board_ship_by ship_bys[BOARD_SHIP_BYS_MAX];
};

enum status board_figures_read(const char *path, struct env *env, const struct shop *shop,
                               int64_t now, struct board_figures *figures,
                               struct fault *fault) MUST_USE;

#endif
