/* Windows-1252 as UTF-8: what old shops and spreadsheets write when they do not write UTF-8. Every
 * byte has a character; the five that the code page leaves open become U+FFFD. */
#ifndef ECLUSE_EXCHANGE_WINDOWS_1252_H
#define ECLUSE_EXCHANGE_WINDOWS_1252_H

#include "base/text.h"

void windows_1252_append(struct text *to, struct slice bytes);

#endif
