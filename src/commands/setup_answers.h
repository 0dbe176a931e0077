/* The five answers of `ecluse setup`: what a text means as an answer, and what would be right where
 * it means nothing. Nothing here asks, opens or writes. */
#ifndef ECLUSE_COMMANDS_SETUP_ANSWERS_H
#define ECLUSE_COMMANDS_SETUP_ANSWERS_H

#include "model/shop.h"

#include "base/slice.h"

enum setup_question {
    SETUP_PRODUCTS,
    SETUP_PEOPLE,
    SETUP_SUPPLIER,
    SETUP_CASH,
    SETUP_PARCELS,
    SETUP_QUESTIONS
};

enum {
    SETUP_ANSWER_BYTES = 4096, /* of one answer, its end included */
    SETUP_GROUPS_MAX = WEEKDAYS,
    SETUP_HOURS_MAX = 4 /* ranges of one day */
};

/* Days that have the same hours. */
struct setup_group {
    enum weekday first;
    enum weekday last; /* may be before `first`: sat-mon */
    uint32_t hours_count;
    int32_t hours[SETUP_HOURS_MAX][2]; /* from, to: minutes of the day */
};

struct setup_answers {
    int currency_decimals;             /* set before */
    char products[SETUP_ANSWER_BYTES]; /* a path; "": none */
    int32_t people;
    uint32_t group_count;
    struct setup_group groups[SETUP_GROUPS_MAX];
    int32_t supplier_days; /* -1: nobody delivers more */
    bool has_cash;
    int64_t balance_minor;
    int64_t monthly_minor;       /* what leaves every month */
    int64_t parcels_thousandths; /* an hour and person */
};

/* What Enter takes; as typed, in that language. */
const char *setup_default(enum setup_question question, enum language language);

/* Reads an answer; an empty one is the default. False: `why` (of `size`) says in that language what
 * would be right, and the answers are as before. Of the products only the path is read: quotes and
 * backslashes that a shell or a file manager put around it are taken away. */
bool setup_answer_read(struct setup_answers *answers, enum setup_question question,
                       struct slice answer, enum language language, char *why, size_t size);

#endif
