/* Source -> list of ops (template_set_open) -> text (template_render).
 *
 * Parsing walks the source once; each tag becomes an op, and a section's op holds the index of the
 * op that closes it, so that rendering jumps and never searches. Rendering keeps a stack of frames:
 * a section, a partial or the page itself, each with its ops [begin, end), the value that it
 * brought into view and its place in a list. An ended frame takes its list's next value or is left.
 * Values outlive the rendering: nothing is copied but into the text.
 *
 * Invariant: at any op, the frames from the bottom to the top are the sections that enclose it. */
#include "report/template.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

enum op_kind { OP_TEXT, OP_VALUE, OP_RAW, OP_MESSAGE, OP_SECTION, OP_INVERTED, OP_END, OP_PARTIAL };

struct op {
    enum op_kind kind;
    uint32_t line;
    uint32_t end;      /* SECTION, INVERTED: the index of its OP_END */
    struct slice text; /* TEXT: the bytes; else the name */
};

struct template
{
    struct slice name;
    uint32_t count;
    uint32_t capacity;
    struct op *ops;
};

struct template_set {
    size_t count;
    struct template templates[];
};

/* ---- parsing ---- */

struct parser {
    struct template *template;
    struct slice source;
    size_t position;
    uint32_t line;
    uint32_t depth;
    uint32_t open[TEMPLATE_DEPTH_MAX];
    struct fault *fault;
};

struct tag {
    size_t begin; /* of "{{" */
    size_t end;   /* after "}}" */
    char sigil;   /* # ^ / ! > _ {, or a space for a value */
    struct slice name;
};

static enum status parser_refuse(struct parser *parser, const char *what, struct slice name)
{
    return fault_set(parser->fault, STATUS_INVALID, "%.*s:%u: %s '%.*s'",
                     (int)parser->template->name.length, parser->template->name.data, parser->line,
                     what, (int)name.length, name.data);
}

static enum status op_add(struct parser *parser, enum op_kind kind, struct slice text)
{
    struct template *template = parser->template;
    if (template->count == TEMPLATE_OPS_MAX) {
        return parser_refuse(parser, "too many tags near", text);
    }
    if (template->count == template->capacity) {
        uint32_t capacity = template->capacity == 0 ? 64 : template->capacity * 2;
        struct op *ops = realloc(template->ops, capacity * sizeof *ops);
        if (ops == NULL) {
            return fault_set(parser->fault, STATUS_MEMORY, "no memory for the templates");
        }
        template->ops = ops;
        template->capacity = capacity;
    }
    template->ops[template->count++] = (struct op){kind, parser->line, 0, text};
    return STATUS_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool name_valid(struct slice name)
{
    if (name.length == 0 || name.length > TEMPLATE_NAME_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '_' && c != '-' && c != '.') {
            return false;
        }
    }
    return true;
}

/* The next "{{", from `position` on; the source's length if there is none. */
static size_t find_pair(struct slice source, size_t position, char c)
{
    for (size_t i = position; i + 1 < source.length; i++) {
        if (source.data[i] == c && source.data[i + 1] == c) {
            return i;
        }
    }
    return source.length;
}

static enum status tag_read(struct parser *parser, size_t begin, struct tag *tag)
{
    struct slice source = parser->source;
    size_t close = find_pair(source, begin + 2, '}');
    if (close == source.length) {
        return parser_refuse(parser,
                             "a tag is not closed:", (struct slice){source.data + begin, 2});
    }
    tag->begin = begin;
    tag->end = close + 2;
    tag->sigil = ' ';
    tag->name = (struct slice){source.data + begin + 2, close - begin - 2};
    if (tag->name.length > 0 && strchr("#^/!>_{", tag->name.data[0]) != NULL) {
        tag->sigil = tag->name.data[0];
        tag->name.data++;
        tag->name.length--;
    }
    tag->name = slice_trim(tag->name);
    if (tag->sigil == '{') {
        if (tag->end == source.length || source.data[tag->end] != '}') {
            return parser_refuse(parser, "'}}}' must close", tag->name);
        }
        tag->end++;
    }
    if (tag->sigil != '!' && !name_valid(tag->name)) {
        return parser_refuse(parser, "not a name:", tag->name);
    }
    return STATUS_OK;
}

/* Stands a tag that writes nothing alone on its line? Then the text before it ends at the line's
 * start and what follows begins at the next line. */
static void tag_take_line(struct slice source, struct tag *tag)
{
    size_t begin = tag->begin;
    size_t end = tag->end;
    while (begin > 0 && is_blank(source.data[begin - 1])) {
        begin--;
    }
    while (end < source.length && is_blank(source.data[end])) {
        end++;
    }
    bool starts = begin == 0 || source.data[begin - 1] == '\n';
    bool ends = end == source.length || source.data[end] == '\n';
    if (starts && ends) {
        tag->begin = begin;
        tag->end = end < source.length ? end + 1 : end;
    }
}

static enum status section_open(struct parser *parser, const struct tag *tag)
{
    if (parser->depth == TEMPLATE_DEPTH_MAX) {
        return parser_refuse(parser, "too deep a section", tag->name);
    }
    parser->open[parser->depth++] = parser->template->count;
    return op_add(parser, tag->sigil == '#' ? OP_SECTION : OP_INVERTED, tag->name);
}

static enum status section_close(struct parser *parser, const struct tag *tag)
{
    if (parser->depth == 0) {
        return parser_refuse(parser, "nothing is open that closes", tag->name);
    }
    struct template *template = parser->template;
    uint32_t open = parser->open[--parser->depth];
    if (!slice_equal(template->ops[open].text, tag->name)) {
        return parser_refuse(parser, "another section is open than", tag->name);
    }
    template->ops[open].end = template->count;
    return op_add(parser, OP_END, tag->name);
}

static enum status tag_add(struct parser *parser, const struct tag *tag)
{
    switch (tag->sigil) {
    case '#':
    case '^':
        return section_open(parser, tag);
    case '/':
        return section_close(parser, tag);
    case '!':
        return STATUS_OK;
    case '>':
        return op_add(parser, OP_PARTIAL, tag->name);
    case '_':
        return op_add(parser, OP_MESSAGE, tag->name);
    case '{':
        return op_add(parser, OP_RAW, tag->name);
    default:
        return op_add(parser, OP_VALUE, tag->name);
    }
}

static uint32_t lines_in(struct slice source, size_t from, size_t to)
{
    uint32_t lines = 0;
    for (size_t i = from; i < to; i++) {
        lines += source.data[i] == '\n';
    }
    return lines;
}

static enum status template_parse(struct parser *parser)
{
    struct slice source = parser->source;
    while (parser->position < source.length) {
        size_t position = parser->position;
        struct tag tag = {.begin = find_pair(source, position, '{')};
        tag.end = tag.begin;
        bool found = tag.begin < source.length;
        uint32_t skipped = lines_in(source, position, tag.begin);
        parser->line += skipped;
        enum status status = found ? tag_read(parser, tag.begin, &tag) : STATUS_OK;
        if (status == STATUS_OK && found && strchr("#^/!>", tag.sigil) != NULL) {
            tag_take_line(source, &tag);
        }
        if (status == STATUS_OK && tag.begin > position) {
            struct slice text = {source.data + position, tag.begin - position};
            status = op_add(parser, OP_TEXT, text);
        }
        if (status == STATUS_OK && found) {
            status = tag_add(parser, &tag);
        }
        if (status != STATUS_OK) {
            return status;
        }
        parser->line += lines_in(source, position, tag.end) - skipped;
        parser->position = tag.end;
    }
    if (parser->depth > 0) {
        const struct op *open = &parser->template->ops[parser->open[parser->depth - 1]];
        parser->line = open->line;
        return parser_refuse(parser, "not closed: section", open->text);
    }
    return STATUS_OK;
}

static const struct template *template_find(const struct template_set *set, struct slice name)
{
    for (size_t i = 0; i < set->count; i++) {
        if (slice_equal(set->templates[i].name, name)) {
            return &set->templates[i];
        }
    }
    return NULL;
}

static enum status partials_check(const struct template_set *set, struct fault *fault)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct template *template = &set->templates[i];
        for (uint32_t j = 0; j < template->count; j++) {
            const struct op *op = &template->ops[j];
            if (op->kind == OP_PARTIAL && template_find(set, op->text) == NULL) {
                return fault_set(fault, STATUS_INVALID, "%.*s:%u: no template '%.*s'",
                                 (int)template->name.length, template->name.data, op->line,
                                 (int)op->text.length, op->text.data);
            }
        }
    }
    return STATUS_OK;
}

enum status template_set_open(const struct template_source *sources, size_t count,
                              struct template_set **set_out, struct fault *fault)
{
    struct template_set *set = calloc(1, sizeof *set + count * sizeof set->templates[0]);
    if (set == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the templates");
    }
    set->count = count;
    for (size_t i = 0; i < count; i++) {
        set->templates[i].name = sources[i].name;
        struct parser parser = {
            .template = &set->templates[i], .source = sources[i].text, .line = 1, .fault = fault};
        enum status status = template_parse(&parser);
        if (status != STATUS_OK) {
            template_set_close(set);
            return status;
        }
    }
    enum status status = partials_check(set, fault);
    if (status != STATUS_OK) {
        template_set_close(set);
        return status;
    }
    *set_out = set;
    return STATUS_OK;
}

void template_set_close(struct template_set *set)
{
    for (size_t i = 0; set != NULL && i < set->count; i++) {
        free(set->templates[i].ops);
    }
    free(set);
}

/* ---- rendering ---- */

struct frame {
    const struct template *template;
    uint32_t begin;
    uint32_t end;
    uint32_t next;
    const json_t *value; /* what it brought into view; NULL: nothing (a partial) */
    const json_t *list;  /* NULL: once */
    size_t index;
};

struct renderer {
    const struct template_set *set;
    const struct template_messages *messages;
    struct text *to;
    struct fault *fault;
    uint32_t depth;
    struct frame frames[TEMPLATE_DEPTH_MAX];
};

static enum status render_refuse(const struct renderer *renderer, const struct op *op,
                                 const char *what, struct slice name)
{
    struct slice template = renderer->frames[renderer->depth - 1].template->name;
    return fault_set(renderer->fault, STATUS_INVALID, "%.*s:%u: %s '%.*s'", (int)template.length,
                     template.data, op->line, what, (int)name.length, name.data);
}

/* The part of a dotted name before its first dot; *rest gets what follows. */
static struct slice name_first(struct slice name, struct slice *rest)
{
    const char *dot = memchr(name.data, '.', name.length);
    size_t length = dot == NULL ? name.length : (size_t)(dot - name.data);
    size_t taken = dot == NULL ? length : length + 1;
    *rest = (struct slice){name.data + taken, name.length - taken};
    return (struct slice){name.data, length};
}

static const json_t *value_find(const struct renderer *renderer, struct slice name)
{
    bool here = slice_is(name, ".");
    struct slice rest = {NULL, 0};
    struct slice first = here ? name : name_first(name, &rest);
    const json_t *value = NULL;
    for (uint32_t i = renderer->depth; value == NULL && i > 0; i--) {
        const json_t *inside = renderer->frames[i - 1].value;
        if (inside != NULL) {
            value = here ? inside : json_object_getn(inside, first.data, first.length);
        }
    }
    while (value != NULL && rest.length > 0) {
        first = name_first(rest, &rest);
        value = json_object_getn(value, first.data, first.length);
    }
    return value;
}

static bool value_holds(const json_t *value)
{
    if (value == NULL || json_is_false(value) || json_is_null(value)) {
        return false;
    }
    if (json_is_array(value)) {
        return json_array_size(value) > 0;
    }
    return !json_is_string(value) || json_string_length(value) > 0;
}

static enum status value_write(struct renderer *renderer, const struct op *op, struct slice name,
                               bool raw)
{
    const json_t *value = value_find(renderer, name);
    if (json_is_integer(value)) {
        text_append_integer(renderer->to, json_integer_value(value));
        return STATUS_OK;
    }
    if (!json_is_string(value)) {
        return render_refuse(renderer, op, "no text or whole number is", name);
    }
    struct slice text = {json_string_value(value), json_string_length(value)};
    if (raw) {
        text_append_slice(renderer->to, text);
    } else {
        text_append_html(renderer->to, text);
    }
    return STATUS_OK;
}

static enum status message_write(struct renderer *renderer, const struct op *op)
{
    const struct template_messages *messages = renderer->messages;
    const char *message = messages == NULL ? NULL : messages->find(messages->context, op->text);
    if (message == NULL) {
        return render_refuse(renderer, op, "no message", op->text);
    }
    struct slice rest = slice_of(message);
    while (rest.length > 0) {
        const char *open = memchr(rest.data, '{', rest.length);
        size_t plain = open == NULL ? rest.length : (size_t)(open - rest.data);
        text_append_html(renderer->to, (struct slice){rest.data, plain});
        rest = (struct slice){rest.data + plain, rest.length - plain};
        if (rest.length == 0) {
            break;
        }
        const char *close = memchr(rest.data, '}', rest.length);
        if (close == NULL) {
            return render_refuse(renderer, op, "an open '{' in message", op->text);
        }
        struct slice name = {rest.data + 1, (size_t)(close - rest.data) - 1};
        enum status status = value_write(renderer, op, name, false);
        if (status != STATUS_OK) {
            return status;
        }
        rest = (struct slice){close + 1, rest.length - name.length - 2};
    }
    return STATUS_OK;
}

static enum status frame_push(struct renderer *renderer, struct frame frame)
{
    if (renderer->depth == TEMPLATE_DEPTH_MAX) {
        return fault_set(
            renderer->fault, STATUS_LIMIT, "%.*s: more than %d sections in one another",
            (int)frame.template->name.length, frame.template->name.data, TEMPLATE_DEPTH_MAX);
    }
    renderer->frames[renderer->depth++] = frame;
    return STATUS_OK;
}

static enum status section_enter(struct renderer *renderer, struct frame *frame,
                                 const struct op *op)
{
    const json_t *value = value_find(renderer, op->text);
    struct frame section = {.template = frame->template, .begin = frame->next, .end = op->end};
    section.next = section.begin;
    frame->next = op->end + 1;
    if (value_holds(value) != (op->kind == OP_SECTION)) {
        return STATUS_OK;
    }
    if (op->kind == OP_SECTION) {
        section.list = json_is_array(value) ? value : NULL;
        section.value = section.list != NULL ? json_array_get(value, 0) : value;
    }
    return frame_push(renderer, section);
}

static enum status op_render(struct renderer *renderer, struct frame *frame)
{
    const struct op *op = &frame->template->ops[frame->next++];
    switch (op->kind) {
    case OP_TEXT:
        text_append_slice(renderer->to, op->text);
        return STATUS_OK;
    case OP_VALUE:
    case OP_RAW:
        return value_write(renderer, op, op->text, op->kind == OP_RAW);
    case OP_MESSAGE:
        return message_write(renderer, op);
    case OP_SECTION:
    case OP_INVERTED:
        return section_enter(renderer, frame, op);
    case OP_PARTIAL: {
        const struct template *partial = template_find(renderer->set, op->text);
        ASSERT(partial != NULL);
        return frame_push(renderer, (struct frame){.template = partial, .end = partial->count});
    }
    case OP_END:
        break;
    }
    UNREACHABLE();
}

/* The frame's ops are done: its list's next value, or the frame below. */
static void frame_finish(struct renderer *renderer, struct frame *frame)
{
    if (frame->list != NULL && ++frame->index < json_array_size(frame->list)) {
        frame->value = json_array_get(frame->list, frame->index);
        frame->next = frame->begin;
        return;
    }
    renderer->depth--;
}

enum status template_render(const struct template_set *set, const char *name, const json_t *values,
                            const struct template_messages *messages, struct text *to,
                            struct fault *fault)
{
    const struct template *template = template_find(set, slice_of(name));
    if (template == NULL) {
        return fault_set(fault, STATUS_NOT_FOUND, "no template '%s'", name);
    }
    struct renderer renderer = {.set = set, .messages = messages, .to = to, .fault = fault};
    renderer.frames[renderer.depth++] =
        (struct frame){.template = template, .end = template->count, .value = values};
    while (renderer.depth > 0) {
        struct frame *frame = &renderer.frames[renderer.depth - 1];
        if (frame->next == frame->end) {
            frame_finish(&renderer, frame);
            continue;
        }
        enum status status = op_render(&renderer, frame);
        if (status != STATUS_OK) {
            return status;
        }
        if (to->overflow) {
            return fault_set(fault, STATUS_LIMIT, "%s: the page is over its limit of %zu bytes",
                             name, to->length_max);
        }
    }
    return STATUS_OK;
}
