/* One pass. Anybody can send what is read here: nothing is written beyond `room`. */
#include "pages/percent.h"

#include "base/text.h"

bool percent_decode(struct slice text, enum percent_plus plus, char *to, size_t room,
                    size_t *length)
{
    size_t n = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '+' && plus == PERCENT_PLUS_IS_SPACE) {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < text.length ? hex_digit(text.data[i + 1]) : -1;
            int low = i + 2 < text.length ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (n == room) {
            return false;
        }
        to[n++] = c;
    }
    *length = n;
    return true;
}
