/* The shop with some things changed: a copy whose tables are the same but for those. */
#ifndef ECLUSE_REHEARSE_VARIANT_H
#define ECLUSE_REHEARSE_VARIANT_H

#include "rehearse/lever_list.h"

struct variant {
    struct shop shop;
    struct moment moment;
    struct rehearse_plan plan;
    struct crew crew; /* its scene and what it begins with; works nothing itself */
    struct staffing *staffing;
    struct carrier *carriers;
};

/* `parts`: at most SCENE_EXTRAS_MAX, none twice. False: it cannot be lived, and nothing is open. */
bool variant_open(struct variant *variant, const struct crew *crew,
                  const struct candidate *const *parts, uint32_t count);
void variant_close(struct variant *variant);

#endif
