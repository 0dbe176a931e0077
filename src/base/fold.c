/* Latin letters of U+00C0 to U+017F become their base letters, through a table of one or two
 * letters each; what has none stays as it is. */
#include "base/fold.h"

/* From U+00C0 on, two characters each; a space ends a single letter, "  " has no base letter. */
static const char base_letters[] =
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "
    "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "
    "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s ";

enum { BASE_FIRST = 0xc0, BASE_COUNT = 0x180 - 0xc0 };

_Static_assert(sizeof base_letters == 2 * BASE_COUNT + 1, "two characters for each code point");

size_t text_fold(struct slice text, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 'A' && c <= 'Z') {
            c = (unsigned char)(c + 'a' - 'A');
        }
        bool two = (c == 0xc3 || c == 0xc4 || c == 0xc5) && i + 1 < text.length;
        unsigned code = two ? (c & 0x1fu) << 6 | ((unsigned char)text.data[i + 1] & 0x3fu) : 0;
        if (code < BASE_FIRST || base_letters[2 * (code - BASE_FIRST)] == ' ') {
            to[n++] = (char)c;
            continue;
        }
        const char *base = &base_letters[2 * (code - BASE_FIRST)];
        to[n++] = base[0];
        if (base[1] != ' ') {
            to[n++] = base[1];
        }
        i++;
    }
    to[n] = '\0';
    return n;
}
