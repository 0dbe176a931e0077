/* The kinds of keys that only `site:` has: rules' paths, parameters and methods, and networks.
 *
 * A path is written as people read it: decoded, without a query. What a rule could not match in any
 * request (a percent sign, a dot segment) is refused where it stands. */
#include "model/site.h"

#include "model/field.h"

#include <arpa/inet.h>

const struct choice site_class_choices[SITE_CLASSES] = {
    {"browsing", SITE_BROWSING},   {"checkout", SITE_CHECKOUT}, {"assets", SITE_ASSETS},
    {"callbacks", SITE_CALLBACKS}, {"admin", SITE_ADMIN},       {"cron", SITE_CRON}};
const struct choice site_preset_choices[SITE_PRESETS] = {{"none", SITE_PRESET_NONE},
                                                         {"woocommerce", SITE_PRESET_WOOCOMMERCE},
                                                         {"prestashop", SITE_PRESET_PRESTASHOP}};

static const char *const method_names[SITE_METHOD_NAMES] = {"GET",    "HEAD",    "POST", "PUT",
                                                            "DELETE", "OPTIONS", "PATCH"};

const char *site_class_name(enum site_class class)
{
    return site_class_choices[class].text;
}

const char *site_preset_name(enum site_preset preset)
{
    return site_preset_choices[preset].text;
}

bool site_preset_find(const char *name, enum site_preset *preset)
{
    for (uint32_t i = 0; i < SITE_PRESETS; i++) {
        if (strcmp(site_preset_choices[i].text, name) == 0) {
            *preset = (enum site_preset)i;
            return true;
        }
    }
    return false;
}

uint32_t site_method_bit(struct slice name)
{
    for (uint32_t i = 0; i < SITE_METHOD_NAMES; i++) {
        if (slice_is(name, method_names[i])) {
            return 1u << i;
        }
    }
    return SITE_OTHER;
}

/* ---- methods ---- */

static bool method_add(struct reader *reader, const struct field *field,
                       const struct tree_node *node, uint32_t *methods)
{
    uint32_t bit = node->kind == TREE_SCALAR ? site_method_bit(node->text) : (uint32_t)SITE_OTHER;
    if (bit == SITE_OTHER) {
        return reader_refuse(reader, node,
                             "%s: '%.*s' is no method; write GET, HEAD, POST, PUT, DELETE, OPTIONS "
                             "or PATCH, such as [GET, POST]",
                             field->key, tree_shown(node->text),
                             node->text.data != NULL ? node->text.data : "");
    }
    *methods |= bit | (bit == SITE_GET ? (uint32_t)SITE_HEAD : 0);
    return true;
}

static bool methods_read(struct reader *reader, const struct field *field,
                         const struct tree_node *node, void *record)
{
    uint32_t methods = 0;
    if (node->kind != TREE_LIST && !method_add(reader, field, node, &methods)) {
        return false;
    }
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        if (!method_add(reader, field, entry, &methods)) {
            return false;
        }
    }
    if (methods == 0) {
        return reader_refuse(reader, node, "%s: no method; write at least one, or leave it out",
                             field->key);
    }
    memcpy(field_in(field, record), &methods, sizeof methods);
    return true;
}

static void methods_write(struct writer *writer, const struct field *field, const void *record)
{
    uint32_t methods;
    const char *between = "[";
    memcpy(&methods, field_of(field, record), sizeof methods);
    for (uint32_t i = 0; i < SITE_METHOD_NAMES; i++) {
        if (methods & 1u << i) {
            text_append_format(writer->text, "%s%s", between, method_names[i]);
            between = ", ";
        }
    }
    text_append_char(writer->text, ']');
}

const struct field_kind field_methods = {sizeof(uint32_t), methods_read, methods_write, NULL};

/* ---- paths and parameters of rules ---- */

/* Whole segments, none of them empty or of dots alone; three times a star at most. */
static bool is_pattern(struct slice text)
{
    uint32_t stars = 0;
    size_t dots = 0; /* the segment is so many dots until here; SIZE_MAX: something else */
    bool plain = text.length > 0 && text.length <= LIMIT_RULE_BYTES && text.data[0] == '/';
    for (size_t i = 0; i < text.length && plain; i++) {
        char c = text.data[i];
        bool star = c == '*' && (i == 0 || text.data[i - 1] != '*');
        bool third = c == '*' && i > 1 && text.data[i - 1] == '*' && text.data[i - 2] == '*';
        bool last = i + 1 == text.length;
        stars += star;
        dots = c == '/' ? 0 : c == '.' && dots != SIZE_MAX ? dots + 1 : SIZE_MAX;
        bool segment_ends = c != '/' && (last || text.data[i + 1] == '/');
        bool only_dots = segment_ends && (dots == 1 || dots == 2);
        bool empty = c == '/' && i > 0 && text.data[i - 1] == '/';
        plain = (unsigned char)c > ' ' && c != 127 && strchr("?#%\\;", c) == NULL && !third &&
                !only_dots && !empty;
    }
    return plain && stars <= LIMIT_RULE_STARS;
}

static bool pattern_read(struct reader *reader, const struct field *field,
                         const struct tree_node *node, const char **path)
{
    if (!text_read(reader, field, node, path)) {
        return false;
    }
    return is_pattern(node->text) ||
           reader_refuse(reader, node,
                         "%s: '%.*s' is no pattern of paths; write %s: it begins with /, is "
                         "decoded, has at most %d bytes and %d times * or **, and no ?",
                         field->key, tree_shown(node->text), node->text.data, field->example,
                         LIMIT_RULE_BYTES, LIMIT_RULE_STARS);
}

static bool plain_pattern_read(struct reader *reader, const struct field *field,
                               const struct tree_node *node, void *record)
{
    const char *path = NULL;
    if (!pattern_read(reader, field, node, &path)) {
        return false;
    }
    memcpy(field_in(field, record), &path, sizeof path);
    return true;
}

static bool patterns_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    return texts_read(reader, field, node, record, pattern_read);
}

static bool is_word(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return false;
        }
    }
    return text.length > 0;
}

static bool parameter_read(struct reader *reader, const struct field *field,
                           const struct tree_node *node, void *record)
{
    const char *parameter;
    struct slice value;
    if (!text_read(reader, field, node, &parameter)) {
        return false;
    }
    struct slice name = slice_cut(node->text, '=', &value);
    if (!is_word(name) || (value.data != NULL && !is_word(value)) ||
        node->text.length > LIMIT_RULE_BYTES) {
        return reader_refuse(reader, node,
                             "%s: '%.*s' is no parameter; write %s, with letters, digits, - and _",
                             field->key, tree_shown(node->text), node->text.data, field->example);
    }
    memcpy(field_in(field, record), &parameter, sizeof parameter);
    return true;
}

const struct field_kind field_pattern = {sizeof(char *), plain_pattern_read, plain_text_write,
                                         plain_text_copy};
const struct field_kind field_patterns = {0, patterns_read, texts_write, texts_copy};
const struct field_kind field_parameter = {sizeof(char *), parameter_read, plain_text_write,
                                           plain_text_copy};

/* ---- networks ---- */

static uint64_t bytes_64(const unsigned char *bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static bool bits_read(struct slice text, int32_t most, int32_t *bits)
{
    int32_t value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || text.length > 3) {
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    *bits = value;
    return text.length > 0 && value <= most;
}

bool site_network_read(struct slice text, struct site_network *network)
{
    enum { IPV4_BITS = 32, IPV6_BITS = 64, IPV4_BEFORE = 96 };
    char address[INET6_ADDRSTRLEN];
    unsigned char bytes[16] = {[10] = 0xff, [11] = 0xff};
    struct slice after;
    struct slice before = slice_cut(text, '/', &after);
    bool six = memchr(before.data, ':', before.length) != NULL;
    int32_t most = six ? IPV6_BITS : IPV4_BITS;
    int32_t bits = most;
    if (before.length >= sizeof address || (after.data != NULL && !bits_read(after, most, &bits))) {
        return false;
    }
    memcpy(address, before.data, before.length);
    address[before.length] = '\0';
    if (inet_pton(six ? AF_INET6 : AF_INET, address, six ? bytes : bytes + 12) != 1) {
        return false;
    }
    network->high = bytes_64(bytes);
    network->low = bytes_64(bytes + 8);
    network->bits = six ? bits : IPV4_BEFORE + bits;
    return true;
}

static bool networks_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    if (!list_require(reader, field, node, (uint32_t)field->high)) {
        return false;
    }
    struct site_network *networks =
        ARENA_ARRAY(&reader->shop->arena, struct site_network, node->count);
    if (networks == NULL) {
        return reader_refuse_memory(reader);
    }
    uint32_t count = 0;
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        struct site_network *network = &networks[count++];
        if (!text_read(reader, field, entry, &network->text)) {
            return false;
        }
        if (!site_network_read(entry->text, network)) {
            return reader_refuse(
                reader, entry, "%s: '%.*s' is no network; write %s; of IPv6 a /64 or wider",
                field->key, tree_shown(entry->text), entry->text.data, field->example);
        }
    }
    field_entries_set(field, record, networks);
    field_count_set(field, record, count);
    return true;
}

static void networks_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct site_network *networks = field_entries_of(field, record);
    text_append_char(writer->text, '[');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        text_append_string(writer->text, i > 0 ? ", " : "");
        text_append_json_string(writer->text, networks[i].text);
    }
    text_append_char(writer->text, ']');
}

static bool networks_copy(struct copier *copier, const struct field *field, const void *from,
                          void *to)
{
    uint32_t count = field_count_of(field, from);
    const struct site_network *networks = field_entries_of(field, from);
    struct site_network *copies = ARENA_ARRAY(&copier->to->arena, struct site_network, count);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        copies[i] = networks[i];
        if (!string_copy(copier, networks[i].text, &copies[i].text)) {
            return false;
        }
    }
    field_entries_set(field, to, copies);
    field_count_set(field, to, count);
    return copies != NULL;
}

const struct field_kind field_networks = {0, networks_read, networks_write, networks_copy};
