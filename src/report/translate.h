/* Words, dates, money and numbers in the reader's language.
 *
 * A catalog is made at build time from web/po/<language>.po (tools/embed.py), which refuses keys
 * that only one language has and placeholders that differ. Languages are numbered as in
 * model/shop.h (0 French, 1 English): this room stands beside that one and does not include it.
 * Formats: the Imprimerie nationale's for French (no-break spaces inside numbers and before the
 * currency), common British ones for English. */
#ifndef ECLUSE_REPORT_TRANSLATE_H
#define ECLUSE_REPORT_TRANSLATE_H

#include "base/slice.h"
#include "base/text.h"

enum { TRANSLATE_FR, TRANSLATE_EN, TRANSLATE_LANGUAGES };

struct translate_entry {
    const char *key;
    const char *text[TRANSLATE_LANGUAGES];
};

/* Sorted by key. */
struct translate_catalog {
    size_t count;
    const struct translate_entry *entries;
};

/* The message; NULL if there is no such key. */
const char *translate_find(const struct translate_catalog *catalog, int language, struct slice key);

/* "fr", "en". */
const char *translate_code(int language);

/* "jeudi 3 décembre", "mardi 1er décembre", "Thursday 3 December"; with_year adds " 2026". */
void translate_date(struct text *to, int language, int32_t day, bool with_year);
/* "décembre", "December"; month 1 to 12. */
const char *translate_month(int language, int32_t month);
/* "20 h 58" (with no-break spaces), "20:58"; minute 0 to 1440. */
void translate_time(struct text *to, int language, int32_t minute_of_day);
/* "1 236,80 €", "€1,236.80"; other currencies by their code: "12,00 CHF", "CHF 12.00". */
void translate_money(struct text *to, int language, int64_t minor, int decimals,
                     const char *currency);
/* A number with at most `decimals` digits after the point, none that are zeros at its end: "1
 * 234,5", "1,234.5". */
void translate_number(struct text *to, int language, int64_t value, int decimals);

#endif
