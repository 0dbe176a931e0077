/* A record's types are smallest first, as SQLite itself would choose them; the row id stands in its
 * cell, and as NULL in the record. */
#include "journal/sqlite_leaf.h"

#include "base/assert.h"

#include <string.h>

enum { LEAF_TABLE = 13, LEAF_HEAD_BYTES = 8, TYPE_ZERO = 8, TYPE_ONE = 9 };
_Static_assert(2 + 3 * LEAF_COLUMNS_MAX < 128, "the length of a record's head is one byte");

/* ---- numbers ---- */

static uint32_t varint_bytes(uint64_t value)
{
    uint32_t bytes = 1;
    while (value >>= 7) {
        bytes++;
    }
    return bytes;
}

/* The longest form, of nine bytes, begins at 2^56: no row id and no length comes near. */
static unsigned char *varint_put(unsigned char *to, uint64_t value)
{
    ASSERT(value >> 56 == 0);
    uint32_t bytes = varint_bytes(value);
    for (uint32_t i = bytes; i-- > 0; value >>= 7) {
        to[i] = (unsigned char)((value & 0x7f) | (i + 1 < bytes ? 0x80 : 0));
    }
    return to + bytes;
}

static void u16_put(unsigned char *to, uint32_t value)
{
    to[0] = (unsigned char)(value >> 8);
    to[1] = (unsigned char)value;
}

/* ---- columns ---- */

/* Types 1 to 6: how many bytes an integer has. */
static uint32_t type_bytes(uint32_t type)
{
    static const uint8_t bytes[] = {0, 1, 2, 3, 4, 6, 8, 0, 0, 0};
    return type <= TYPE_ONE ? bytes[type] : (type - 12) / 2;
}

static uint32_t integer_type(int64_t value)
{
    if (value == 0 || value == 1) {
        return value == 0 ? TYPE_ZERO : TYPE_ONE;
    }
    uint64_t size = value < 0 ? ~(uint64_t)value : (uint64_t)value;
    uint32_t type = 1;
    while (type < 6 && size >> (8 * type_bytes(type) - 1) != 0) {
        type++;
    }
    return type;
}

static uint32_t cell_type(const struct row_cell *cell)
{
    switch (cell->kind) {
    case CELL_NULL:
        return 0;
    case CELL_INTEGER:
        return integer_type(cell->integer);
    case CELL_TEXT:
        return 13 + 2 * cell->length;
    case CELL_BLOB:
        return 12 + 2 * cell->length;
    }
    UNREACHABLE();
}

static unsigned char *cell_put(unsigned char *to, const struct row_cell *cell, uint32_t bytes)
{
    if (cell->kind != CELL_INTEGER) {
        memcpy(to, bytes > 0 ? cell->bytes : "", bytes);
        return to + bytes;
    }
    for (uint32_t i = bytes; i-- > 0;) {
        *to++ = (unsigned char)((uint64_t)cell->integer >> 8 * i);
    }
    return to;
}

/* ---- rows ---- */

void leaf_begin(struct leaf *leaf, unsigned char *page)
{
    *leaf = (struct leaf){.page = page, .begin = LEAF_PAGE_BYTES};
}

bool leaf_add(struct leaf *leaf, const struct row_cell *cells, uint32_t count)
{
    uint32_t types[LEAF_COLUMNS_MAX];
    uint32_t head = 2; /* its own length, and the row id */
    uint64_t body = 0;
    ASSERT(count > 0 && count <= LEAF_COLUMNS_MAX);
    ASSERT(cells[0].kind == CELL_INTEGER && cells[0].integer > leaf->last);
    for (uint32_t i = 1; i < count; i++) {
        ASSERT(cells[i].kind == CELL_INTEGER || cells[i].length <= LEAF_PAYLOAD_MAX);
        types[i] = cell_type(&cells[i]);
        head += varint_bytes(types[i]);
        body += type_bytes(types[i]);
    }
    uint64_t payload = head + body;
    uint64_t row = (uint64_t)cells[0].integer;
    uint64_t bytes = varint_bytes(payload) + varint_bytes(row) + payload;
    uint64_t others = LEAF_HEAD_BYTES + 2 * ((uint64_t)leaf->count + 1);
    if (payload > LEAF_PAYLOAD_MAX || others + bytes > leaf->begin) {
        return false;
    }
    leaf->begin -= (uint32_t)bytes;
    u16_put(leaf->page + LEAF_HEAD_BYTES + 2 * leaf->count++, leaf->begin);
    leaf->last = cells[0].integer;
    unsigned char *to = varint_put(leaf->page + leaf->begin, payload);
    to = varint_put(to, row);
    to = varint_put(to, head);
    *to++ = 0;
    for (uint32_t i = 1; i < count; i++) {
        to = varint_put(to, types[i]);
    }
    for (uint32_t i = 1; i < count; i++) {
        to = cell_put(to, &cells[i], type_bytes(types[i]));
    }
    return true;
}

void leaf_end(struct leaf *leaf)
{
    leaf->page[0] = LEAF_TABLE;
    u16_put(leaf->page + 1, 0);
    u16_put(leaf->page + 3, leaf->count);
    u16_put(leaf->page + 5, leaf->begin); /* of an empty page: 65536, which stands as 0 */
    leaf->page[7] = 0;
}
