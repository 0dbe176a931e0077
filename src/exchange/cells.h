/* What stands in a cell of a foreign file, read without guessing: numbers, dates, names, labels.
 *
 * A text that can be read two ways is refused (CELL_AMBIGUOUS), not decided by the machine's
 * locale. */
#ifndef ECLUSE_EXCHANGE_CELLS_H
#define ECLUSE_EXCHANGE_CELLS_H

#include "base/calendar.h"
#include "base/limits.h"
#include "base/slice.h"
#include "base/status.h"
#include "exchange/exchange.h"

enum cell_result { CELL_OK, CELL_EMPTY, CELL_BAD, CELL_AMBIGUOUS };

/* Without ASCII white space and no-break spaces at both ends. */
struct slice cell_trim(struct slice cell);
/* Without regard to the case of ASCII letters. */
bool cell_is(struct slice cell, const char *text);

/* "0", "false", "no", ...; and "1", "true", "yes", ...: what shop programs write for a switch. */
bool cell_is_no(struct slice cell);
bool cell_is_yes(struct slice cell);

/* "1 234,50", "1,234.50", "-3", "12.5-", "€ 4.90" as an integer with `decimals` decimals, half up
 * (away from zero). "1,234" alone is ambiguous; "1.234" is one and a bit. */
enum cell_result cell_number(struct slice cell, int decimals, int64_t *value) MUST_USE;

/* "2010-12-01 08:26:00", "12/1/2010 8:26", "1.12.2010", "12/01/10 8:26 PM", with "Z" or "+01:00" or
 * local to `zone`. `order` says which of the first two numbers is the month where the year is not
 * first. */
enum cell_result cell_instant(struct slice cell, enum exchange_dates order, const struct zone *zone,
                              int64_t *at) MUST_USE;
/* What this date says about the order: DATES_ISO, DATES_MONTH_FIRST, DATES_DAY_FIRST; DATES_DETECT:
 * nothing. */
enum exchange_dates cell_dates_order(struct slice cell);

/* A text for customers: control characters and runs of white space become one space, cut at
 * LIMIT_LABEL_BYTES between two characters. `to` holds LIMIT_LABEL_BYTES + 1. False: it was cut. */
bool cell_label(struct slice cell, char *to);

/* A foreign identifier as a name that a shop file can hold (letters, digits, - and _, at most 64
 * bytes). What fits stays as it is. All else becomes its nearest spelling and eight hexadecimal
 * digits of its hash, so that the same identifier always gets the same name, whatever came before
 * it, and two different ones do not meet (but for the hash: the importer tells those apart). `to`
 * holds LIMIT_NAME_BYTES + 1. False: it was changed. */
bool cell_name(struct slice cell, char *to);
/* Only the nearest spelling, for names that may meet (activities); "" if nothing is left. */
void cell_spelling(struct slice cell, char *to, size_t length_max);

#endif
