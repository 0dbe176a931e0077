/* The bytes of one cell, apart from files and SQL so that a test can show what is quoted and what
 * is defused.
 *
 * A leading space does not defuse a formula in every spreadsheet, quotes do not in any; so the
 * apostrophe, as OWASP advises. It is part of the cell: an import of such a file finds it. */
#include "exchange/export_cell.h"
#include "base/decimal.h"

static bool looks_like_formula(struct slice text)
{
    static const char starts[] = {'=', '+', '-', '@', '\t', '\r'};
    return text.length > 0 && memchr(starts, text.data[0], sizeof starts) != NULL;
}

static bool needs_quotes(struct slice text)
{
    static const char special[] = {',', '"', '\r', '\n'};
    for (size_t i = 0; i < text.length; i++) {
        if (memchr(special, text.data[i], sizeof special) != NULL) {
            return true;
        }
    }
    return text.length > 0 && (text.data[0] == ' ' || text.data[text.length - 1] == ' ');
}

void export_text_append(struct text *to, struct slice text)
{
    bool quotes = needs_quotes(text);
    if (quotes) {
        text_append_char(to, '"');
    }
    if (looks_like_formula(text)) {
        text_append_char(to, '\'');
    }
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"') {
            text_append_char(to, '"');
        }
        text_append_char(to, text.data[i]);
    }
    if (quotes) {
        text_append_char(to, '"');
    }
}

void export_number_append(struct text *to, char kind, int64_t value, int decimals)
{
    char digits[32];
    size_t length = 0;
    if (kind == 'q' || kind == 'p') {
        length = decimal_write(digits, value, 3, true);
    } else {
        length = decimal_write(digits, value, kind == 'm' ? decimals : 0, false);
    }
    text_append(to, digits, length);
}
