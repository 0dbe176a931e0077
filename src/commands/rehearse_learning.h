/* What a rehearsal learns from its database, how it is told, how it did on what was held out. */
#ifndef ECLUSE_COMMANDS_REHEARSE_LEARNING_H
#define ECLUSE_COMMANDS_REHEARSE_LEARNING_H

#include "commands/shop_open.h"
#include "rehearse/forecast.h"

enum { LEARNING_WEEKS_AHEAD = 8, LEARNING_JSON_BYTES_MAX = 256 * 1024 };

struct learning {
    struct past past;
    struct learned *learned;   /* NULL: of a shop file */
    struct forecast *forecast; /* NULL: there was too little to learn from */
    int32_t today;
    bool has_held;
    struct forecast_held held;
};

/* Learns from what was sold before the day of `now`, or of --learn-until. */
enum status learning_open(const struct call *call, const struct shop_open *open, int64_t now,
                          const struct assumptions *assume, uint64_t seed,
                          struct learning *learning, struct fault *fault) MUST_USE;
void learning_close(struct learning *learning);

/* What a plan takes: NULL where there was too little. */
static inline const struct learned *learning_demand(const struct learning *learning)
{
    return learning->forecast != NULL ? learning->learned : NULL;
}

/* Some lines for a terminal; nothing of a shop file, or without a history. */
void learning_text(struct call *call, const struct shop *shop, const struct learning *learning);
/* One sentence: from what was learned, or why not; nothing without a history. */
void learning_words(const struct call *call, const struct learning *learning, struct text *to);
/* A section of the owner's page: that sentence, and the orders of the weeks ahead as a plot. */
void learning_html(const struct call *call, const struct learning *learning, struct text *to);
/* ,"learned":{...}; nothing of a shop file. */
void learning_json(const struct shop *shop, const struct learning *learning, struct text *to);

#endif
