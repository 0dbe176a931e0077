/* Words and numbers that the table and the page of `rehearse --against` share. */
#ifndef ECLUSE_COMMANDS_AGAINST_WORDS_H
#define ECLUSE_COMMANDS_AGAINST_WORDS_H

#include "commands/command.h"
#include "rehearse/against.h"

/* Between 0 and 1, shown in percent? */
bool against_is_share(enum against_measure measure);
const char *against_title(const struct call *call, enum against_measure measure);
/* The same with its unit, as "balance (EUR)". */
void against_title_append(const struct call *call, const struct shop *shop,
                          enum against_measure measure, struct text *to);
/* Why a measure has no figure, in a sentence. */
const char *against_why_not(const struct call *call, enum against_measure measure);

struct against_format {
    double scale;
    int decimals;
};
struct against_format against_format_of(const struct shop *shop, enum against_measure measure);
void against_value(const struct call *call, struct text *to, const struct against_format *format,
                   double value);
/* "--assume supplier_late was 0.1; what came speaks for 0.3": a hint that is given;
 * not escaped: names are letters, digits, - and _. */
void against_hint_words(const struct call *call, const struct against_hint *hint, struct text *to);

#endif
