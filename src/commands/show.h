/* Values as a person reads them in a terminal: dates with their weekday, decimal commas in French.
 */
#ifndef ECLUSE_COMMANDS_SHOW_H
#define ECLUSE_COMMANDS_SHOW_H

#include "commands/command.h"

enum { SHOW_BYTES = 64 };

/* Each fills `to` (SHOW_BYTES) and returns it. */
const char *show_day(enum language language, char *to, int32_t day);       /* Tue 2026-12-01 */
const char *show_day_short(enum language language, char *to, int32_t day); /* Tue 1 */
const char *show_instant(enum language language, const struct shop *shop, char *to,
                         int64_t at); /* Tue 2026-12-01 16:00[:15] */
const char *show_time(const struct shop *shop, char *to, int64_t at); /* 16:00[:15] */
const char *show_money(enum language language, const struct shop *shop, char *to,
                       int64_t minor);                                            /* 36.80 EUR */
const char *show_quantity(enum language language, char *to, int64_t thousandths); /* 2.5 */

/* "1 offer", "38 offres": words that take an s. None is many in English, and one in French. */
const char *show_count(enum language language, char *to, uint32_t count, const char *english,
                       const char *french);

/* What an answer's JSON holds: "2026-12-03" and "2026-12-01T16:00:00+01:00". What is
 * neither stays as it is. */
const char *show_iso(enum language language, char *to, const char *iso);
/* {"amount":"36.80","currency":"EUR"}'s parts. */
const char *show_amount(enum language language, char *to, const char *amount, const char *currency);

/* An order's status as a person says it of one order (French: of a commande). */
const char *show_status(enum language language, const char *status);
/* A wish's (French: of a souhait). */
const char *show_wish_status(enum language language, const char *status);

#endif
