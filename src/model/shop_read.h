/* The shop file: YAML in, a checked `struct shop` out, and back. Contract: DESIGN section 6,
 * docs/shop-file.md.
 *
 * Every refusal names file, line, column, what is wrong and what would be right. Nothing is
 * guessed: an unknown key, a wrong unit, a dangling name, a double key or an impossible value is
 * refused. A truth that is merely bad news (an item promised beyond its stock) is accepted. */
#ifndef ECLUSE_MODEL_SHOP_READ_H
#define ECLUSE_MODEL_SHOP_READ_H

#include "base/status.h"
#include "base/text.h"
#include "model/shop.h"

/* How the reader gets a zone's rules: env_zone_load in the program, a fixed table in tests, the
 * journal's at replay. */
struct zone_source {
    enum status (*load)(void *context, const char *name, int64_t around, struct zone *zone,
                        struct fault *fault);
    void *context;
};

/* Reads `text` (of at most LIMIT_SHOP_FILE_BYTES); `file` only names it in messages. On success
 * *shop is to be given to shop_free. `around` is the instant around which the zone's rules are
 * needed (now). */
enum status shop_read(struct slice text, const char *file, const struct zone_source *zones,
                      int64_t around, struct shop **shop, struct fault *fault) MUST_USE;

/* Writes the shop as a shop file that shop_read reads back to the same shop; what is retired is
 * left out, defaults are too. */
enum status shop_write(const struct shop *shop, struct text *to, struct fault *fault) MUST_USE;

/* What a changed shop file means for a running shop.
 *
 * Takes the shop as it runs (`old`, indexes given) and the file's (`next`) and makes the shop that
 * runs from then on: what `old` has keeps its index, what `next` lacks is retired, what it adds
 * comes last. Both stay owned by the caller. A difference in an opening figure (on_hand, receipts,
 * commitments, balances, bills of names that `old` has) is refused with the command that records
 * such a change. `changes` gets one line a change, for the person who applies it. */
enum status shop_merge(const struct shop *old, const struct shop *next, struct shop **merged,
                       struct text *changes, struct fault *fault) MUST_USE;

#endif
