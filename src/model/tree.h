/* A YAML text as a tree of nodes that know where they stand.
 *
 * Only the plain core of YAML is read: scalars, lists, maps with scalar keys, one document.
 * Anchors, aliases and tags are refused where they stand, so that a small file can never mean a
 * large tree; a key may stand only once in its map. Every refusal names file, line and column (from
 * 1, columns in characters). */
#ifndef ECLUSE_MODEL_TREE_H
#define ECLUSE_MODEL_TREE_H

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAP };

struct tree_node {
    enum tree_kind kind;
    bool
        quoted; /* a scalar in quotes or a block of text: never a number, never empty by omission */
    uint32_t line;
    uint32_t column;
    uint32_t count;        /* entries of a list or map */
    struct slice text;     /* of a scalar */
    struct tree_node *key; /* of a map's value: the scalar before its colon */
    struct tree_node *first;
    struct tree_node *next;
};

/* The tree lives in `arena`. An empty text is refused. */
enum status tree_read(struct slice text, const char *file, struct arena *arena,
                      const struct tree_node **root, struct fault *fault) MUST_USE;

/* How many bytes of a text a message shows: at most 64, whole characters. */
int tree_shown(struct slice text);

/* Is this a value that was left out ("key:" and nothing, or ~ or null)? */
bool tree_is_empty(const struct tree_node *node);

#endif
