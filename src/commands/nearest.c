/* The optimal string alignment distance (Damerau-Levenshtein without edits of edits), by its table,
 * three rows of it.
 *
 * A name is offered only if it is nearer than a third of what was typed (at least one letter, at
 * most three): a wrong guess is worse than none. Words that one is the beginning of the other are
 * near too: "deliv" means "deliver". */
#include "commands/nearest.h"

#include "base/limits.h"

#include <stdint.h>

enum { ROW = LIMIT_NAME_BYTES + 1, NEAR_MAX = 3 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(struct slice a, struct slice b)
{
    if (a.length >= ROW || b.length >= ROW) {
        return SIZE_MAX;
    }
    size_t rows[3][ROW];
    for (size_t j = 0; j <= b.length; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t cost = a.data[i - 1] == b.data[j - 1] ? 0 : 1;
            row[j] = smaller(smaller(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
                a.data[i - 2] == b.data[j - 1]) {
                row[j] = smaller(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[a.length % 3][b.length];
}

void nearest_begin(struct nearest *nearest, struct slice typed)
{
    size_t most = typed.length / 3;
    most = most < 1 ? 1 : most > NEAR_MAX ? NEAR_MAX : most;
    *nearest = (struct nearest){.typed = typed, .distance = most + 1};
}

void nearest_try(struct nearest *nearest, const char *name)
{
    struct slice known = slice_of(name);
    size_t distance = nearest_distance(nearest->typed, known);
    bool begins = nearest->typed.length >= 3 && nearest->typed.length < known.length &&
                  memcmp(nearest->typed.data, known.data, nearest->typed.length) == 0;
    if (begins && distance > 1) {
        distance = 1;
    }
    if (distance < nearest->distance) {
        nearest->best = name;
        nearest->distance = distance;
    }
}
