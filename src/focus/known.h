/* What an answer does not know, and took as if: said with it, so that nobody believes more than was
 * reckoned. */
#ifndef ECLUSE_FOCUS_KNOWN_H
#define ECLUSE_FOCUS_KNOWN_H

#include "focus/figures.h"

enum focus_lack {
    FOCUS_LACK_DEMAND,   /* offers: neither the file nor the past says it; taken as no limit */
    FOCUS_LACK_ACTIVITY, /* offers of none: they run whatever is stopped */
    FOCUS_LACK_WORK,     /* offers that take no hours of any work center */
    FOCUS_LACK_SUPPLIER, /* items that offers need: taken as always to be had */
    FOCUS_LACKS
};

enum { FOCUS_LACKING_NAMED = 3 };

struct focus_lacking {
    uint32_t count;
    uint32_t first[FOCUS_LACKING_NAMED]; /* in the shop's offers or items */
};

struct focus_known {
    struct focus_lacking lacking[FOCUS_LACKS];
    bool owner; /* how many hours the owner has */
};

void focus_known_fill(const struct focus_figures *figures, struct focus_known *known);
/* "demand", ... as JSON has it. */
const char *focus_lack_name(enum focus_lack lack);
/* The name in the shop file of what lacks it. */
const char *focus_lacking_name(const struct focus_figures *figures, enum focus_lack lack,
                               uint32_t index);

#endif
