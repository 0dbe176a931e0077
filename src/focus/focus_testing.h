/* What the tests of this room share: a shop file's text -> figures. */
#ifndef ECLUSE_FOCUS_FOCUS_TESTING_H
#define ECLUSE_FOCUS_FOCUS_TESTING_H

#include "focus/mix.h"

struct testing_shop {
    struct shop *shop;
    struct focus_figures *figures;
};

/* Ends the test where the text is no shop file. */
void testing_open(struct testing_shop *testing, const char *text);
void testing_open_file(struct testing_shop *testing, const char *relative);
void testing_close(struct testing_shop *testing);

/* All activities may run, proved optimum, no limit of time. */
struct mix_ask testing_ask(const struct focus_figures *figures);
/* The best mix; ends the test at a fault. */
struct mix *testing_solve(const struct mix_ask *ask);

#endif
