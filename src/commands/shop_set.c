/* text -> its tree, which knows where each value stands -> the text around that value, and the new
 * one between. A key that is absent is put before the first of its map, in the map's own style; a
 * section that is absent, with its one key, before the first section. */
#include "commands/shop_set.h"

#include "base/text.h"
#include "model/tree.h"

#include <stdlib.h>

#define TREE_BYTES_MAX ((size_t)1 << 30)
#define TEXT_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* The byte at a line and column (characters), both from 1. */
static size_t place_of(struct slice text, uint32_t line, uint32_t column)
{
    size_t at = 0;
    for (uint32_t i = 1; i < line && at < text.length; at++) {
        i += text.data[at] == '\n';
    }
    for (uint32_t i = 1; i < column && at < text.length; i++) {
        do {
            at++;
        } while (at < text.length && ((unsigned char)text.data[at] & 0xc0) == 0x80);
    }
    return at;
}

static size_t scalar_end(struct slice text, size_t at, const struct tree_node *node)
{
    char quote = at < text.length ? text.data[at] : '\0';
    if (!node->quoted || (quote != '"' && quote != '\'')) {
        return at + node->text.length;
    }
    for (at++; at < text.length && text.data[at] != quote; at++) {
        at += quote == '"' && text.data[at] == '\\';
    }
    return at + 1;
}

static uint32_t number_of(struct slice part)
{
    uint32_t number = 0;
    for (size_t i = 0; i < part.length && i < 6; i++) {
        bool is_digit = part.data[i] >= '0' && part.data[i] <= '9';
        number = is_digit ? number * 10 + (uint32_t)(part.data[i] - '0') : 0;
        if (!is_digit) {
            break;
        }
    }
    return number;
}

static const struct tree_node *child_of(const struct tree_node *node, struct slice part)
{
    uint32_t wanted = number_of(part);
    uint32_t place = 0;
    for (const struct tree_node *child = node->first; child != NULL; child = child->next) {
        place++;
        if (node->kind == TREE_MAP ? slice_equal(child->key->text, part) : place == wanted) {
            return child;
        }
    }
    return NULL;
}

struct edit {
    size_t from, to; /* bytes of the text that are replaced */
    struct text with;
};

/* Puts "key: value" before the first key of a map. */
static void key_insert(struct slice text, const struct tree_node *map, struct slice key,
                       struct slice value, struct edit *edit)
{
    const struct tree_node *first = map->first->key;
    size_t at = place_of(text, first->line, first->column);
    size_t before = at;
    while (before > 0 && (text.data[before - 1] == ' ' || text.data[before - 1] == '\n')) {
        before--;
    }
    bool is_flow = before > 0 && text.data[before - 1] == '{';
    text_append_slice(&edit->with, key);
    text_append_string(&edit->with, ": ");
    text_append_slice(&edit->with, value);
    text_append_string(&edit->with, is_flow ? ", " : "\n");
    for (uint32_t i = 1; !is_flow && i < first->column; i++) {
        text_append_char(&edit->with, ' ');
    }
    edit->from = at;
    edit->to = at;
}

/* Puts a section that is absent before the first one: "focus: {together_lost: 100}". */
static bool section_insert(struct slice text, const struct tree_node *root, struct slice section,
                           struct slice key, struct slice value, struct edit *edit)
{
    struct text map;
    bool can = root->kind == TREE_MAP && root->first != NULL && key.length > 0 &&
               memchr(key.data, '.', key.length) == NULL;
    if (can) {
        text_init(&map, TEXT_BYTES_MAX);
        text_append_char(&map, '{');
        text_append_slice(&map, key);
        text_append_string(&map, ": ");
        text_append_slice(&map, value);
        text_append_char(&map, '}');
        key_insert(text, root, section, text_slice(&map), edit);
        text_free(&map);
    }
    return can;
}

/* False: there is no such place. */
static bool edit_find(struct slice text, const struct tree_node *root, struct slice key,
                      struct slice value, struct edit *edit)
{
    const struct tree_node *node = root;
    while (key.length > 0) {
        struct slice rest;
        struct slice part = slice_cut(key, '.', &rest);
        const struct tree_node *child = child_of(node, part);
        if (child == NULL && node == root && rest.length > 0) {
            return section_insert(text, root, part, rest, value, edit);
        }
        if (child == NULL) {
            bool can = rest.length == 0 && node->kind == TREE_MAP && node->first != NULL;
            if (can) {
                key_insert(text, node, part, value, edit);
            }
            return can;
        }
        node = child;
        key = rest;
    }
    if (node->kind != TREE_SCALAR) {
        return false;
    }
    edit->from = place_of(text, node->line, node->column);
    edit->to = scalar_end(text, edit->from, node);
    text_append_slice(&edit->with, value);
    return edit->to <= text.length;
}

static bool is_line(struct slice value)
{
    return memchr(value.data, '\n', value.length) == NULL;
}

enum status shop_text_set(char **text, size_t *length, const char *path, const char *setting,
                          struct fault *fault)
{
    struct arena arena;
    struct slice value;
    const struct tree_node *root;
    struct slice key = slice_cut(slice_of(setting), '=', &value);
    struct slice old = {*text, *length};
    struct edit edit = {.from = 0};
    if (key.length == 0 || value.length == 0 || !is_line(value)) {
        return fault_set(fault, STATUS_INVALID,
                         "--set %s: write KEY=VALUE, as work_centers.packing.people=3", setting);
    }
    arena_init(&arena, TREE_BYTES_MAX);
    text_init(&edit.with, TEXT_BYTES_MAX);
    enum status status = tree_read(old, path, &arena, &root, fault);
    if (status == STATUS_OK && !edit_find(old, root, key, value, &edit)) {
        status = fault_set(fault, STATUS_INVALID,
                           "--set %s: %s has no single value there, and no map to put it into",
                           setting, path);
    }
    if (status == STATUS_OK) {
        size_t made_length = edit.from + edit.with.length + (old.length - edit.to);
        char *made = malloc(made_length + 1);
        if (made == NULL) {
            status = fault_set(fault, STATUS_MEMORY, "no memory for %s", path);
        } else {
            memcpy(made, old.data, edit.from);
            memcpy(made + edit.from, edit.with.bytes, edit.with.length);
            memcpy(made + edit.from + edit.with.length, old.data + edit.to, old.length - edit.to);
            made[made_length] = '\0';
            free(*text);
            *text = made;
            *length = made_length;
        }
    }
    text_free(&edit.with);
    arena_free(&arena);
    return status;
}
