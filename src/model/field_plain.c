/* Numbers and texts: a scalar of the file becomes an integer, a choice or a text, and back.
 *
 * Numbers are read from their text digit by digit (base/decimal.h), never through floating point,
 * and are compared with the field's range in stored units. A quoted number is a text and refused,
 * as a plain text is accepted: that is the one difference that YAML's quotes make here. */
#include "model/field.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "model/currency.h"

#include <stdio.h>

static const char *optional_hint(const struct field *field)
{
    return field->required ? "" : ", or leave the key out";
}

bool scalar_require(struct reader *reader, const struct field *field, const struct tree_node *node)
{
    if (node->kind != TREE_SCALAR) {
        return reader_refuse(reader, node, "%s: a %s stands here; write %s", field->key,
                             node->kind == TREE_LIST ? "list" : "map", field->example);
    }
    if (tree_is_empty(node)) {
        return reader_refuse(reader, node, "%s: the value is missing; write %s%s", field->key,
                             field->example, optional_hint(field));
    }
    return true;
}

static bool range_check(struct reader *reader, const struct field *field,
                        const struct tree_node *node, int decimals, int64_t value)
{
    if (value >= field->low && value <= field->high) {
        return true;
    }
    char low[32];
    char high[32];
    (void)decimal_write(low, field->low, decimals, true);
    (void)decimal_write(high, field->high, decimals, true);
    return reader_refuse(reader, node, "%s: %.*s is out of range; write a number from %s to %s",
                         field->key, tree_shown(node->text), node->text.data, low, high);
}

bool number_read(struct reader *reader, const struct field *field, const struct tree_node *node,
                 int decimals, int64_t *value)
{
    if (!scalar_require(reader, field, node)) {
        return false;
    }
    enum decimal_result result =
        node->quoted ? DECIMAL_NOT_A_NUMBER : decimal_read(node->text, decimals, value);
    const char *text = node->text.data;
    int length = tree_shown(node->text);
    switch (result) {
    case DECIMAL_OK:
        return range_check(reader, field, node, decimals, *value);
    case DECIMAL_TOO_PRECISE:
        if (decimals == 0) {
            return reader_refuse(reader, node, "%s: %.*s is not a whole number; write %s",
                                 field->key, length, text, field->example);
        }
        return reader_refuse(reader, node, "%s: %.*s has more than %d decimals; round it",
                             field->key, length, text, decimals);
    case DECIMAL_TOO_LARGE:
        return range_check(reader, field, node, decimals,
                           node->text.data[0] == '-' ? INT64_MIN : INT64_MAX);
    case DECIMAL_NOT_A_NUMBER:
        break;
    }
    return reader_refuse(reader, node, "%s: '%.*s' is not a number%s; write %s", field->key, length,
                         text, node->quoted ? " because of its quotes" : "", field->example);
}

#define WHOLE(bits)                                                                                \
    static bool whole##bits##_read(struct reader *reader, const struct field *field,               \
                                   const struct tree_node *node, void *record)                     \
    {                                                                                              \
        int64_t value = 0;                                                                         \
        if (!number_read(reader, field, node, 0, &value)) {                                        \
            return false;                                                                          \
        }                                                                                          \
        int##bits##_t narrow = (int##bits##_t)value;                                               \
        memcpy(field_in(field, record), &narrow, sizeof narrow);                                   \
        return true;                                                                               \
    }                                                                                              \
    static int64_t int##bits##_of(const struct field *field, const void *record)                   \
    {                                                                                              \
        int##bits##_t value;                                                                       \
        memcpy(&value, field_of(field, record), sizeof value);                                     \
        return value;                                                                              \
    }                                                                                              \
    static void whole##bits##_write(struct writer *writer, const struct field *field,              \
                                    const void *record)                                            \
    {                                                                                              \
        number_write(writer, field, int##bits##_of(field, record), 0);                             \
    }                                                                                              \
    const struct field_kind field_whole##bits = {sizeof(int##bits##_t), whole##bits##_read,        \
                                                 whole##bits##_write, NULL};

/* Values below the range stand for "none": -1 in most fields. */
static void number_write(struct writer *writer, const struct field *field, int64_t value,
                         int decimals)
{
    if (value < field->low && value == -1) {
        text_append_string(writer->text, "none");
        return;
    }
    char digits[32];
    size_t length = decimal_write(digits, value, decimals, true);
    text_append(writer->text, digits, length);
}

WHOLE(16)
WHOLE(32)
WHOLE(64)

static bool thousandths64_read(struct reader *reader, const struct field *field,
                               const struct tree_node *node, void *record)
{
    return number_read(reader, field, node, 3, field_in(field, record));
}

static void thousandths64_write(struct writer *writer, const struct field *field,
                                const void *record)
{
    number_write(writer, field, int64_of(field, record), 3);
}

const struct field_kind field_thousandths64 = {sizeof(int64_t), thousandths64_read,
                                               thousandths64_write, NULL};

static bool thousandths32_read(struct reader *reader, const struct field *field,
                               const struct tree_node *node, void *record)
{
    int64_t value = 0;
    if (!number_read(reader, field, node, 3, &value)) {
        return false;
    }
    int32_t narrow = (int32_t)value;
    memcpy(field_in(field, record), &narrow, sizeof narrow);
    return true;
}

static void thousandths32_write(struct writer *writer, const struct field *field,
                                const void *record)
{
    number_write(writer, field, int32_of(field, record), 3);
}

const struct field_kind field_thousandths32 = {sizeof(int32_t), thousandths32_read,
                                               thousandths32_write, NULL};

static bool money_read(struct reader *reader, const struct field *field,
                       const struct tree_node *node, void *record)
{
    return number_read(reader, field, node, reader->shop->currency.decimals,
                       field_in(field, record));
}

static void money_write(struct writer *writer, const struct field *field, const void *record)
{
    int64_t value = int64_of(field, record);
    if (value < field->low) {
        text_append_string(writer->text, "none");
        return;
    }
    char digits[32];
    size_t length = decimal_write(digits, value, writer->shop->currency.decimals, false);
    text_append(writer->text, digits, length);
}

const struct field_kind field_money = {sizeof(int64_t), money_read, money_write, NULL};

static bool duration_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    int64_t thousandths = 0;
    if (!number_read(reader, field, node, 3, &thousandths)) {
        return false;
    }
    int32_t seconds = (int32_t)decimal_scale_up(thousandths, field->seconds, THOUSAND);
    memcpy(field_in(field, record), &seconds, sizeof seconds);
    return true;
}

/* Rounding down undoes the rounding up of the reader: a thousandth is longer than a second, or the
 * seconds are whole. */
static void duration_write(struct writer *writer, const struct field *field, const void *record)
{
    int64_t seconds = int32_of(field, record);
    number_write(writer, field, decimal_scale_down(seconds, THOUSAND, field->seconds), 3);
}

const struct field_kind field_duration = {sizeof(int32_t), duration_read, duration_write, NULL};

static bool bool_read(struct reader *reader, const struct field *field,
                      const struct tree_node *node, void *record)
{
    bool yes = node->kind == TREE_SCALAR && !node->quoted && slice_is(node->text, "true");
    bool no = node->kind == TREE_SCALAR && !node->quoted && slice_is(node->text, "false");
    if (!yes && !no) {
        return reader_refuse(reader, node, "%s: write true or false", field->key);
    }
    memcpy(field_in(field, record), &yes, sizeof yes);
    return true;
}

static void bool_write(struct writer *writer, const struct field *field, const void *record)
{
    bool value;
    memcpy(&value, field_of(field, record), sizeof value);
    text_append_string(writer->text, value ? "true" : "false");
}

const struct field_kind field_bool = {sizeof(bool), bool_read, bool_write, NULL};

static bool choice_read(struct reader *reader, const struct field *field,
                        const struct tree_node *node, void *record)
{
    const struct choice *choices = field->detail;
    if (!scalar_require(reader, field, node)) {
        return false;
    }
    for (uint32_t i = 0; i < field->choices; i++) {
        if (slice_is(node->text, choices[i].text)) {
            memcpy(field_in(field, record), &choices[i].value, sizeof choices[i].value);
            return true;
        }
    }
    return reader_refuse(reader, node, "%s: '%.*s' is not one of the choices; write %s", field->key,
                         tree_shown(node->text), node->text.data, field->example);
}

static void choice_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct choice *choices = field->detail;
    uint32_t value;
    memcpy(&value, field_of(field, record), sizeof value);
    for (uint32_t i = 0; i < field->choices; i++) {
        if (choices[i].value == value) {
            text_append_string(writer->text, choices[i].text);
            return;
        }
    }
    UNREACHABLE();
}

const struct field_kind field_choice = {sizeof(uint32_t), choice_read, choice_write, NULL};

static bool has_controls(struct slice text)
{
    while (text.length > 0) {
        if (utf8_lineless_length(text) > 0) {
            return true;
        }
        text = (struct slice){text.data + 1, text.length - 1};
    }
    return false;
}

bool text_read(struct reader *reader, const struct field *field, const struct tree_node *node,
               const char **text)
{
    if (!scalar_require(reader, field, node)) {
        return false;
    }
    if (node->text.length == 0) {
        return reader_refuse(reader, node, "%s: the text is empty; write %s%s", field->key,
                             field->example, optional_hint(field));
    }
    if (node->text.length > LIMIT_LABEL_BYTES) {
        return reader_refuse(reader, node, "%s: the text has %zu bytes; at most %d fit", field->key,
                             node->text.length, LIMIT_LABEL_BYTES);
    }
    if (!utf8_valid(node->text) || has_controls(node->text)) {
        return reader_refuse(reader, node,
                             "%s: the text has a line break or a control character; write it in "
                             "one line",
                             field->key);
    }
    *text = arena_copy(&reader->shop->arena, node->text.data, node->text.length);
    return *text != NULL || reader_refuse_memory(reader);
}

static bool plain_text_read(struct reader *reader, const struct field *field,
                            const struct tree_node *node, void *record)
{
    const char *text = NULL;
    if (!text_read(reader, field, node, &text)) {
        return false;
    }
    memcpy(field_in(field, record), &text, sizeof text);
    return true;
}

static const char *text_of(const struct field *field, const void *record)
{
    const char *text;
    memcpy(&text, field_of(field, record), sizeof text);
    return text;
}

void plain_text_write(struct writer *writer, const struct field *field, const void *record)
{
    const char *text = text_of(field, record);
    if (text == NULL) {
        text_append_string(writer->text, "none");
    } else {
        text_append_json_string(writer->text, text);
    }
}

bool string_copy(struct copier *copier, const char *from, const char **to)
{
    *to = from == NULL ? NULL : arena_copy(&copier->to->arena, from, strlen(from));
    return from == NULL || *to != NULL;
}

bool plain_text_copy(struct copier *copier, const struct field *field, const void *from, void *to)
{
    const char *copy = NULL;
    bool copied = string_copy(copier, text_of(field, from), &copy);
    memcpy(field_in(field, to), &copy, sizeof copy);
    return copied;
}

const struct field_kind field_text = {sizeof(char *), plain_text_read, plain_text_write,
                                      plain_text_copy};

static const char *const language_keys[LANGUAGES] = {[LANGUAGE_FR] = "fr", [LANGUAGE_EN] = "en"};

static bool label_translations_read(struct reader *reader, const struct field *field,
                                    const struct tree_node *node, struct label *label)
{
    for (const struct tree_node *value = node->first; value != NULL; value = value->next) {
        bool french = slice_is(value->key->text, "fr");
        if (!french && !slice_is(value->key->text, "en")) {
            return reader_refuse(reader, value->key,
                                 "%s: '%.*s' is no language of the pages; "
                                 "write fr and en",
                                 field->key, tree_shown(value->key->text), value->key->text.data);
        }
        if (!text_read(reader, field, value, &label->text[french ? LANGUAGE_FR : LANGUAGE_EN])) {
            return false;
        }
    }
    if (node->count == 0) {
        return reader_refuse(reader, node, "%s: no text; write %s", field->key, field->example);
    }
    return true;
}

/* One language given stands for both. */
static bool label_value_read(struct reader *reader, const struct field *field,
                             const struct tree_node *node, struct label *label)
{
    if (node->kind == TREE_MAP ? !label_translations_read(reader, field, node, label)
                               : !text_read(reader, field, node, &label->text[LANGUAGE_FR])) {
        return false;
    }
    if (label->text[LANGUAGE_FR] == NULL) {
        label->text[LANGUAGE_FR] = label->text[LANGUAGE_EN];
    }
    if (label->text[LANGUAGE_EN] == NULL) {
        label->text[LANGUAGE_EN] = label->text[LANGUAGE_FR];
    }
    return true;
}

static bool label_read(struct reader *reader, const struct field *field,
                       const struct tree_node *node, void *record)
{
    return label_value_read(reader, field, node, field_in(field, record));
}

static void label_value_write(struct text *text, const struct label *label)
{
    if (label->text[LANGUAGE_FR] == NULL) {
        text_append_string(text, "none");
    } else if (strcmp(label->text[LANGUAGE_FR], label->text[LANGUAGE_EN]) == 0) {
        text_append_json_string(text, label->text[LANGUAGE_FR]);
    } else {
        for (int language = 0; language < LANGUAGES; language++) {
            text_append_format(text, "%s%s: ", language == 0 ? "{" : ", ", language_keys[language]);
            text_append_json_string(text, label->text[language]);
        }
        text_append_char(text, '}');
    }
}

static void label_write(struct writer *writer, const struct field *field, const void *record)
{
    label_value_write(writer->text, field_of(field, record));
}

static bool label_value_copy(struct copier *copier, const struct label *from, struct label *to)
{
    return string_copy(copier, from->text[LANGUAGE_FR], &to->text[LANGUAGE_FR]) &&
           string_copy(copier, from->text[LANGUAGE_EN], &to->text[LANGUAGE_EN]);
}

static bool label_copy(struct copier *copier, const struct field *field, const void *from, void *to)
{
    return label_value_copy(copier, field_of(field, from), field_in(field, to));
}

const struct field_kind field_label = {sizeof(struct label), label_read, label_write, label_copy};

static bool labels_read(struct reader *reader, const struct field *field,
                        const struct tree_node *node, void *record)
{
    if (!list_require(reader, field, node, (uint32_t)field->high)) {
        return false;
    }
    struct label *labels = ARENA_ARRAY(&reader->shop->arena, struct label, node->count);
    if (labels == NULL) {
        return reader_refuse_memory(reader);
    }
    uint32_t count = 0;
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        if (!label_value_read(reader, field, entry, &labels[count++])) {
            return false;
        }
    }
    field_entries_set(field, record, labels);
    field_count_set(field, record, count);
    return true;
}

static void labels_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct label *labels = field_entries_of(field, record);
    text_append_char(writer->text, '[');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        text_append_string(writer->text, i > 0 ? ", " : "");
        label_value_write(writer->text, &labels[i]);
    }
    text_append_char(writer->text, ']');
}

static bool labels_copy(struct copier *copier, const struct field *field, const void *from,
                        void *to)
{
    uint32_t count = field_count_of(field, from);
    const struct label *labels = field_entries_of(field, from);
    struct label *copies = ARENA_ARRAY(&copier->to->arena, struct label, count);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        if (!label_value_copy(copier, &labels[i], &copies[i])) {
            return false;
        }
    }
    field_entries_set(field, to, copies);
    field_count_set(field, to, count);
    return copies != NULL;
}

const struct field_kind field_labels = {0, labels_read, labels_write, labels_copy};

/* A path as a request has it, whole segments: "/checkout/order-received". */
static bool is_path(struct slice text)
{
    bool plain = text.length > 1 && text.data[0] == '/' && text.data[text.length - 1] != '/';
    for (size_t i = 0; i < text.length && plain; i++) {
        plain =
            text.data[i] > ' ' && text.data[i] < 127 && text.data[i] != '?' && text.data[i] != '#';
    }
    return plain;
}

static bool path_read(struct reader *reader, const struct field *field,
                      const struct tree_node *node, const char **path)
{
    if (!text_read(reader, field, node, path)) {
        return false;
    }
    return is_path(node->text) ||
           reader_refuse(reader, node,
                         "%s: '%.*s' is no path; write %s: it begins with / and does not end with "
                         "it, without ? and spaces",
                         field->key, tree_shown(node->text), node->text.data, field->example);
}

bool texts_read(struct reader *reader, const struct field *field, const struct tree_node *node,
                void *record,
                bool (*one)(struct reader *reader, const struct field *field,
                            const struct tree_node *node, const char **text))
{
    if (!list_require(reader, field, node, (uint32_t)field->high)) {
        return false;
    }
    const char **texts = ARENA_ARRAY(&reader->shop->arena, const char *, node->count);
    if (texts == NULL) {
        return reader_refuse_memory(reader);
    }
    uint32_t count = 0;
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        if (!one(reader, field, entry, &texts[count++])) {
            return false;
        }
    }
    field_entries_set(field, record, texts);
    field_count_set(field, record, count);
    return true;
}

void texts_write(struct writer *writer, const struct field *field, const void *record)
{
    const char *const *texts = field_entries_of(field, record);
    text_append_char(writer->text, '[');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        text_append_string(writer->text, i > 0 ? ", " : "");
        text_append_json_string(writer->text, texts[i]);
    }
    text_append_char(writer->text, ']');
}

bool texts_copy(struct copier *copier, const struct field *field, const void *from, void *to)
{
    uint32_t count = field_count_of(field, from);
    const char *const *texts = field_entries_of(field, from);
    const char **copies = ARENA_ARRAY(&copier->to->arena, const char *, count);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        if (!string_copy(copier, texts[i], &copies[i])) {
            return false;
        }
    }
    field_entries_set(field, to, copies);
    field_count_set(field, to, count);
    return copies != NULL;
}

static bool paths_read(struct reader *reader, const struct field *field,
                       const struct tree_node *node, void *record)
{
    return texts_read(reader, field, node, record, path_read);
}

const struct field_kind field_paths = {0, paths_read, texts_write, texts_copy};

static bool is_loose(char byte)
{
    return byte == ' ' || byte == '*';
}

/* What is searched for begins and ends with a byte of its own. */
static bool mark_read(struct reader *reader, const struct field *field,
                      const struct tree_node *node, const char **mark)
{
    if (!text_read(reader, field, node, mark)) {
        return false;
    }
    bool firm = !is_loose(node->text.data[0]) && !is_loose(node->text.data[node->text.length - 1]);
    return firm ||
           reader_refuse(reader, node,
                         "%s: '%.*s' begins or ends with a blank or *, which stand for "
                         "anything; write %s",
                         field->key, tree_shown(node->text), node->text.data, field->example);
}

static bool plain_mark_read(struct reader *reader, const struct field *field,
                            const struct tree_node *node, void *record)
{
    const char *mark = NULL;
    if (!mark_read(reader, field, node, &mark)) {
        return false;
    }
    memcpy(field_in(field, record), &mark, sizeof mark);
    return true;
}

static bool marks_read(struct reader *reader, const struct field *field,
                       const struct tree_node *node, void *record)
{
    return texts_read(reader, field, node, record, mark_read);
}

const struct field_kind field_mark = {sizeof(const char *), plain_mark_read, plain_text_write,
                                      plain_text_copy};
const struct field_kind field_marks = {0, marks_read, texts_write, texts_copy};

static bool currency_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    struct currency currency = {.code = ""};
    if (!scalar_require(reader, field, node)) {
        return false;
    }
    if (!currency_decimals(node->text, &currency.decimals)) {
        return reader_refuse(reader, node,
                             "%s: '%.*s' is no currency of ISO 4217; write its three capital "
                             "letters, such as EUR",
                             field->key, tree_shown(node->text), node->text.data);
    }
    memcpy(currency.code, node->text.data, 3);
    memcpy(field_in(field, record), &currency, sizeof currency);
    return true;
}

static void currency_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct currency *currency = field_of(field, record);
    text_append_string(writer->text, currency->code);
}

const struct field_kind field_currency = {sizeof(struct currency), currency_read, currency_write,
                                          NULL};

static bool visitors_bound_read(struct reader *reader, const struct field *field,
                                const struct tree_node *node, const char *key, int64_t *bound)
{
    const struct tree_node *value = tree_find(node, key);
    if (value == NULL) {
        return reader_refuse(reader, node, "%s: '%s' is missing; write %s", field->key, key,
                             field->example);
    }
    return number_read(reader, field, value, 0, bound);
}

static bool visitors_range_read(struct reader *reader, const struct field *field,
                                const struct tree_node *node, int64_t *bounds)
{
    for (const struct tree_node *value = node->first; value != NULL; value = value->next) {
        if (!slice_is(value->key->text, "low") && !slice_is(value->key->text, "likely") &&
            !slice_is(value->key->text, "high")) {
            return reader_refuse(reader, value->key, "%s: unknown key '%.*s'; write %s", field->key,
                                 tree_shown(value->key->text), value->key->text.data,
                                 field->example);
        }
    }
    if (!visitors_bound_read(reader, field, node, "low", &bounds[0]) ||
        !visitors_bound_read(reader, field, node, "likely", &bounds[1]) ||
        !visitors_bound_read(reader, field, node, "high", &bounds[2])) {
        return false;
    }
    if (bounds[0] > bounds[1] || bounds[1] > bounds[2]) {
        return reader_refuse(reader, node, "%s: low, likely and high must not fall; write %s",
                             field->key, field->example);
    }
    return true;
}

static bool visitors_read(struct reader *reader, const struct field *field,
                          const struct tree_node *node, void *record)
{
    int64_t *bounds = field_in(field, record);
    if (node->kind == TREE_MAP) {
        return visitors_range_read(reader, field, node, bounds);
    }
    if (!number_read(reader, field, node, 0, &bounds[1])) {
        return false;
    }
    bounds[0] = bounds[1];
    bounds[2] = bounds[1];
    return true;
}

static void visitors_write(struct writer *writer, const struct field *field, const void *record)
{
    const int64_t *bounds = field_of(field, record);
    if (bounds[0] == bounds[2]) {
        text_append_integer(writer->text, bounds[1]);
    } else {
        text_append_format(writer->text, "{low: %lld, likely: %lld, high: %lld}",
                           (long long)bounds[0], (long long)bounds[1], (long long)bounds[2]);
    }
}

const struct field_kind field_visitors = {3 * sizeof(int64_t), visitors_read, visitors_write, NULL};
