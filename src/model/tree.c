/* libyaml's events become nodes: text -> checked UTF-8 -> events -> a stack of open lists and maps
 * -> tree.
 *
 * Invariant: stack[0..depth) are the open nodes, outermost first; `tail` of each is where its next
 * child is linked; `key` is the scalar that waits for its value in an open map. libyaml's own
 * documents were rejected because they resolve aliases into a graph, find no duplicate keys, and
 * take memory without a limit. */
#include "model/tree.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"

#include <stdio.h>
#include <yaml.h>

enum {
    DEPTH_MAX = 16, /* a shop file needs 9 */
    TEXT_SHOWN_BYTES = 64,
    KEYS_COMPARED = 8, /* maps of at most so many keys are searched pair by pair */
};

struct open_node {
    struct tree_node *node;
    struct tree_node **tail;
    struct tree_node *key;
};

struct builder {
    const char *file;
    struct arena *arena;
    struct fault *fault;
    enum status status;
    uint32_t depth;
    struct open_node stack[DEPTH_MAX];
    struct tree_node *root;
    uint32_t documents;
};

static bool refuse(struct builder *builder, size_t line, size_t column, const char *what)
{
    builder->status = fault_set(builder->fault, STATUS_INVALID, "%s:%zu:%zu: %s", builder->file,
                                line, column, what);
    return false;
}

static bool refuse_at(struct builder *builder, yaml_mark_t mark, const char *what)
{
    return refuse(builder, mark.line + 1, mark.column + 1, what);
}

static bool refuse_size(struct builder *builder)
{
    builder->status = fault_set(
        builder->fault, STATUS_LIMIT,
        "%s: the file has more entries than fit into memory; leave some out", builder->file);
    return false;
}

/* How many bytes the well-formed character at the start of `rest` takes; 0 if there is none. */
static size_t character_bytes(struct slice rest)
{
    for (size_t length = 1; length <= 4 && length <= rest.length; length++) {
        if (utf8_valid((struct slice){rest.data, length})) {
            return length;
        }
    }
    return 0;
}

/* Finds the first byte that is no UTF-8, or a control character, which YAML forbids. */
static bool text_check(struct builder *builder, struct slice text)
{
    size_t line = 1;
    size_t column = 1;
    for (size_t i = 0; i < text.length; column++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            return refuse(builder, line, column, "a control character; write plain text");
        }
        size_t bytes =
            c < 0x80 ? 1 : character_bytes((struct slice){text.data + i, text.length - i});
        if (bytes == 0) {
            return refuse(builder, line, column, "this is not UTF-8; save the file as UTF-8");
        }
        i += bytes;
        if (c == '\n') {
            line++;
            column = 0;
        }
    }
    return true;
}

/* Refuses the second of two equal keys. */
static bool keys_refuse(struct builder *builder, const struct tree_node *first,
                        const struct tree_node *second)
{
    char what[256];
    (void)snprintf(what, sizeof what,
                   "the key '%.*s' is written twice, first in line %u; keep one of them",
                   tree_shown(second->text), second->text.data, first->line);
    return refuse(builder, second->line, second->column, what);
}

static bool keys_check_few(struct builder *builder, const struct tree_node *map)
{
    for (const struct tree_node *value = map->first; value != NULL; value = value->next) {
        for (const struct tree_node *other = map->first; other != value; other = other->next) {
            if (slice_equal(other->key->text, value->key->text)) {
                return keys_refuse(builder, other->key, value->key);
            }
        }
    }
    return true;
}

static uint64_t text_hash(struct slice text)
{
    uint64_t hash = text.length;
    for (size_t i = 0; i < text.length; i++) {
        hash = (hash ^ (unsigned char)text.data[i]) * 0x100000001b3u;
    }
    return random_mix(hash);
}

static bool keys_check(struct builder *builder, const struct tree_node *map)
{
    if (map->count <= KEYS_COMPARED) {
        return keys_check_few(builder, map);
    }
    uint64_t capacity = 16;
    while (capacity < 2 * (uint64_t)map->count) {
        capacity *= 2;
    }
    const struct tree_node **slots = arena_alloc(builder->arena, capacity * sizeof *slots);
    if (slots == NULL) {
        return refuse_size(builder);
    }
    for (const struct tree_node *value = map->first; value != NULL; value = value->next) {
        uint64_t slot = text_hash(value->key->text) & (capacity - 1);
        for (; slots[slot] != NULL; slot = (slot + 1) & (capacity - 1)) {
            if (slice_equal(slots[slot]->text, value->key->text)) {
                return keys_refuse(builder, slots[slot], value->key);
            }
        }
        slots[slot] = value->key;
    }
    return true;
}

/* Links a finished scalar or a node that opens into the node that is open. */
static bool node_link(struct builder *builder, struct tree_node *node)
{
    if (builder->depth == 0) {
        builder->root = node;
        return true;
    }
    struct open_node *open = &builder->stack[builder->depth - 1];
    if (open->node->kind == TREE_MAP && open->key == NULL) {
        if (node->kind != TREE_SCALAR) {
            return refuse(builder, node->line, node->column,
                          "a key must be a plain word; write it as `key: value`");
        }
        open->key = node;
        return true;
    }
    node->key = open->key;
    open->key = NULL;
    *open->tail = node;
    open->tail = &node->next;
    open->node->count++;
    return true;
}

static struct tree_node *node_new(struct builder *builder, enum tree_kind kind, yaml_mark_t mark)
{
    struct tree_node *node = ARENA_NEW(builder->arena, struct tree_node);
    if (node == NULL) {
        (void)refuse_size(builder);
        return NULL;
    }
    node->kind = kind;
    node->line = (uint32_t)mark.line + 1;
    node->column = (uint32_t)mark.column + 1;
    return node;
}

static bool node_open(struct builder *builder, enum tree_kind kind, yaml_mark_t mark)
{
    struct tree_node *node = node_new(builder, kind, mark);
    if (node == NULL || !node_link(builder, node)) {
        return false;
    }
    if (builder->depth == DEPTH_MAX) {
        return refuse_at(builder, mark, "nested too deeply; a shop file needs at most 9 levels");
    }
    builder->stack[builder->depth++] = (struct open_node){.node = node, .tail = &node->first};
    return true;
}

static bool node_close(struct builder *builder)
{
    ASSERT(builder->depth > 0);
    builder->depth--;
    const struct tree_node *node = builder->stack[builder->depth].node;
    return node->kind != TREE_MAP || keys_check(builder, node);
}

static bool scalar_add(struct builder *builder, const yaml_event_t *event)
{
    struct tree_node *node = node_new(builder, TREE_SCALAR, event->start_mark);
    if (node == NULL) {
        return false;
    }
    size_t length = event->data.scalar.length;
    const char *copy = arena_copy(builder->arena, (const char *)event->data.scalar.value, length);
    if (copy == NULL) {
        return refuse_size(builder);
    }
    node->text = (struct slice){copy, length};
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return node_link(builder, node);
}

static bool extras_check(struct builder *builder, const yaml_event_t *event, const void *anchor,
                         const void *tag)
{
    if (anchor != NULL) {
        return refuse_at(builder, event->start_mark,
                         "anchors (&name) are not read; write the value out where it is needed");
    }
    if (tag != NULL) {
        return refuse_at(builder, event->start_mark,
                         "tags (!name) are not read; write the plain value");
    }
    return true;
}

static bool event_take(struct builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (builder->documents++ > 0) {
            return refuse_at(builder, event->start_mark,
                             "a second document (---) begins here; a shop is one document");
        }
        return true;
    case YAML_ALIAS_EVENT:
        return refuse_at(builder, event->start_mark,
                         "aliases (*name) are not read; write the value out");
    case YAML_SCALAR_EVENT:
        return extras_check(builder, event, event->data.scalar.anchor, event->data.scalar.tag) &&
               scalar_add(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return extras_check(builder, event, event->data.sequence_start.anchor,
                            event->data.sequence_start.tag) &&
               node_open(builder, TREE_LIST, event->start_mark);
    case YAML_MAPPING_START_EVENT:
        return extras_check(builder, event, event->data.mapping_start.anchor,
                            event->data.mapping_start.tag) &&
               node_open(builder, TREE_MAP, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return node_close(builder);
    default:
        return true;
    }
}

static bool parser_refuse(struct builder *builder, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        return refuse_size(builder);
    }
    char what[256];
    /* The commonest of all mistakes, which libyaml does not name. */
    if (parser->problem != NULL && strstr(parser->problem, "cannot start any token") != NULL) {
        return refuse_at(builder, parser->problem_mark,
                         "a value or a line cannot begin with this character; indent with spaces "
                         "instead of tabs, and put a text that begins with @, ` or % in quotes");
    }
    (void)snprintf(what, sizeof what,
                   "this is not YAML: %s%s%s; see docs/shop-file.md for the form of a shop file",
                   parser->context != NULL ? parser->context : "",
                   parser->context != NULL ? ", " : "",
                   parser->problem != NULL ? parser->problem : "it cannot be read");
    return refuse_at(builder, parser->problem_mark, what);
}

static bool events_take(struct builder *builder, yaml_parser_t *parser)
{
    for (bool done = false; !done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            return parser_refuse(builder, parser);
        }
        done = event.type == YAML_STREAM_END_EVENT;
        bool taken = event_take(builder, &event);
        yaml_event_delete(&event);
        if (!taken) {
            return false;
        }
    }
    return true;
}

static bool document_read(struct builder *builder, struct slice text)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return refuse_size(builder);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.data, text.length);
    bool taken = events_take(builder, &parser);
    yaml_parser_delete(&parser);
    return taken;
}

/* The mark that some editors put first; it says nothing. */
static struct slice byte_order_mark_skip(struct slice text)
{
    if (text.length >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
        return (struct slice){text.data + 3, text.length - 3};
    }
    return text;
}

enum status tree_read(struct slice text, const char *file, struct arena *arena,
                      const struct tree_node **root, struct fault *fault)
{
    struct builder builder = {.file = file, .arena = arena, .fault = fault};
    if (text.length > LIMIT_SHOP_FILE_BYTES) {
        return fault_set(fault, STATUS_LIMIT, "%s: the file is larger than %d bytes; shorten it",
                         file, LIMIT_SHOP_FILE_BYTES);
    }
    text = byte_order_mark_skip(text);
    if (!text_check(&builder, text) || !document_read(&builder, text)) {
        return builder.status;
    }
    if (builder.root == NULL || tree_is_empty(builder.root)) {
        (void)refuse(&builder, 1, 1,
                     "the file is empty; start from examples/minimal.yaml, which has every "
                     "required key");
        return builder.status;
    }
    *root = builder.root;
    return STATUS_OK;
}

int tree_shown(struct slice text)
{
    size_t length = text.length < TEXT_SHOWN_BYTES ? text.length : TEXT_SHOWN_BYTES;
    while (length > 0 && length < text.length &&
           ((unsigned char)text.data[length] & 0xc0) == 0x80) {
        length--;
    }
    return (int)length;
}

bool tree_is_empty(const struct tree_node *node)
{
    return node->kind == TREE_SCALAR && !node->quoted &&
           (node->text.length == 0 || slice_is(node->text, "~") || slice_is(node->text, "null"));
}
