/* The shop file that `ecluse setup` writes: from five answers to a text that a person can go on
 * with. */
#ifndef ECLUSE_COMMANDS_SETUP_FILE_H
#define ECLUSE_COMMANDS_SETUP_FILE_H

#include "base/text.h"
#include "commands/setup_answers.h"

struct setup_shop {
    const char *name;
    const char *currency;
    const char *zone;
    enum language language; /* of pages, of names and of comments */
};

/* What the shop's first supplier is called. */
const char *setup_supplier(enum language language);

/* A shop file without comments: team, carrier, supplier and cash as answered; without products also
 * one offer, to be replaced. */
void setup_shop_write(const struct setup_shop *shop, const struct setup_answers *answers,
                      struct text *to);
/* The same text with a comment before each section, and at the end what else there is. */
void setup_comment(struct slice shop_text, const struct setup_shop *shop,
                   const struct setup_answers *answers, struct text *to);

#endif
