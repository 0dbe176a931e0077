/* The two halves of shop_merge: things with names (merge_names.c), and all else (shop_merge.c).
 * Private to model/. */
#ifndef ECLUSE_MODEL_MERGE_H
#define ECLUSE_MODEL_MERGE_H

#include "model/field.h"

struct merger {
    const struct shop *old;
    const struct shop *next;
    struct shop *merged;
    struct text *changes;
    struct fault *fault;
    enum status status;
    uint16_t *map[NAMES_KINDS]; /* from an index in next to one in merged */
};

/* Both always false. */
bool merge_refuse(struct merger *merger, const char *format, ...) PRINTF_LIKE(2, 3);
bool merge_refuse_memory(struct merger *merger);

/* Gives every name its place: merger->map, and in merged the arrays with names and `retired`. */
bool merge_places(struct merger *merger);
/* Fills those records, when all maps are known. */
bool merge_records(struct merger *merger);
/* One line for each key that differs: "owner: key OLD -> NEW"; refuses a difference in an opening
 * figure. */
bool merge_differences(struct merger *merger, const char *owner, const struct record_shape *shape,
                       const void *old, const void *next);

struct copier merge_copier_next(const struct merger *merger);
struct copier merge_copier_old(const struct merger *merger);

#endif
