/* One cell of a CSV file that Écluse writes. */
#ifndef ECLUSE_EXCHANGE_EXPORT_CELL_H
#define ECLUSE_EXCHANGE_EXPORT_CELL_H

#include "base/text.h"

/* Quoted where RFC 4180 needs it; with an apostrophe in front where a spreadsheet would take it for
 * a formula. */
void export_text_append(struct text *to, struct slice text);
/* `kind`: n as it is, q thousandths as units, m minor units with `decimals`, p thousandths of a
 * percent as percent. */
void export_number_append(struct text *to, char kind, int64_t value, int decimals);

#endif
