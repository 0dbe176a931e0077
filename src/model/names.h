/* The names of a shop: which kinds of things have one, and how they are found.
 *
 * Every named kind is an array of records that begin with {const char *name; bool retired;}; its
 * index is a hash table from the name to the place in that array. */
#ifndef ECLUSE_MODEL_NAMES_H
#define ECLUSE_MODEL_NAMES_H

#include "model/shop.h"

struct names_kind {
    const char *section; /* the key in the shop file */
    const char *noun;
    size_t entries_offset; /* of the array in struct shop */
    size_t count_offset;
    size_t stride;
    uint32_t limit;
};

extern const struct names_kind names_kinds[NAMES_KINDS];

/* Builds the index of one kind over all its records, the retired ones too; false: no memory. Names
 * must be unique. */
bool names_index_build(struct shop *shop, enum names names);
/* NO_INDEX if there is none; finds retired ones too. */
uint16_t names_find(const struct shop *shop, enum names names, struct slice name);

uint32_t names_count(const struct shop *shop, enum names names);
/* The record's head: its name and whether it is retired. */
struct name_head {
    const char *name;
    bool retired;
};
struct name_head names_head(const struct shop *shop, enum names names, uint32_t index);

/* Letters, digits, - and _, 1 to LIMIT_NAME_BYTES. */
bool name_valid(struct slice name);

/* How many letters must be changed, added, left out or swapped with their neighbour to make b of a;
 * texts over LIMIT_NAME_BYTES are far from everything. */
uint32_t name_distance(struct slice a, struct slice b);
/* Is a text at this distance worth suggesting? */
bool name_is_near(struct slice name, uint32_t distance);
/* The nearest name that is not retired, NULL if none is near. */
const char *names_nearest(const struct shop *shop, enum names names, struct slice name);

#endif
