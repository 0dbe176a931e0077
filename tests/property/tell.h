/* A story in words, for whoever reads what a failing seed was shrunk to. */
#ifndef ECLUSE_TESTS_PROPERTY_TELL_H
#define ECLUSE_TESTS_PROPERTY_TELL_H

#include "tests/property/oracle.h"

/* The shop as far as its rules bear on a promise; after a change, the lines of it that are new. */
void tell_shop(const struct shop *shop);
/* "step 12, 2026-03-27T09:15:00+01:00: " */
void tell_step(const struct shop *shop, uint32_t step, int64_t now);
/* What is asked, without the answer: "an order of 2 offer-a0 and 1.5 offer-h1 for customer 3". */
void tell_command(struct oracle *oracle, const struct promise_command *command, bool quote);
/* "  core: wish 2 becomes order 7" */
void tell_wish(const char *who, const struct wish_view *wish);
/* "  core: sold out, possible 2026-04-02" */
void tell_answer(const struct shop *shop, const char *who, const struct promise_answer *answer);

#endif
