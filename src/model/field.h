/* A key of the shop file: where its value goes and how it is read, written and copied. Private to
 * model/.
 *
 * sections.c has the tables: one `struct field` a key. shop_read.c walks a table to read a record,
 * shop_write.c walks the same table to write it, shop_merge.c to compare and copy it. So a key
 * exists in one line, and cannot be read but not written.
 *
 * A kind's functions work on the value in memory that `field->offset` names inside its record
 * (`record`). Nesting follows the tables, which are static and four levels deep at most; so the
 * mutual calls of field_list and record_read end. */
#ifndef ECLUSE_MODEL_FIELD_H
#define ECLUSE_MODEL_FIELD_H

#include "base/text.h"
#include "model/names.h"
#include "model/shop_read.h"
#include "model/tree.h"

struct field;

struct reader {
    const char *file;
    struct shop *shop;
    const struct zone_source *zones;
    int64_t around;
    struct fault *fault;
    enum status status;
};

struct writer {
    const struct shop *shop; /* whose names the indexes mean */
    struct text *text;
};

struct copier {
    struct shop *to;
    const uint16_t
        *map[NAMES_KINDS]; /* from an index in the source to one in `to`; NULL: the same */
};

struct field_kind {
    size_t bytes; /* copied plainly where copy is NULL */
    /* False: refused, reader->status and the fault are set. */
    bool (*read)(struct reader *reader, const struct field *field, const struct tree_node *node,
                 void *record);
    /* Appends the value as YAML in one line; "none" where it is absent. */
    void (*write)(struct writer *writer, const struct field *field, const void *record);
    /* False: no memory. */
    bool (*copy)(struct copier *copier, const struct field *field, const void *from, void *to);
};

/* A record: an entry of a list, of named things, or a section of its own. */
struct record_shape {
    const char *noun;
    size_t bytes;
    const struct field *fields;
    uint32_t field_count;
    const void *defaults;
    uint32_t limit; /* entries of a list */
    /* Checks and completes a record that was read from `node`; NULL: nothing to do. */
    bool (*finish)(struct reader *reader, const struct tree_node *node, void *record);
};

struct choice {
    const char *text;
    uint32_t value;
};

struct field {
    const char *key;
    const struct field_kind *kind;
    size_t offset;
    size_t count_offset; /* of the list's uint32_t count */
    bool required;
    bool opening; /* an opening figure: a running shop's does not change by the file (DESIGN section
                     6) */
    int64_t low;  /* in stored units, both included */
    int64_t high;
    int32_t seconds;     /* field_duration: of one unit of the key */
    enum names names;    /* field_reference and field_shares */
    uint32_t choices;    /* field_choice: how many */
    const void *detail;  /* struct choice[], or struct record_shape */
    const char *example; /* what would be right, where the kind alone does not say it */
};

/* Numbers and texts (field_plain.c). */
extern const struct field_kind field_whole16; /* int16_t */
extern const struct field_kind field_whole32;
extern const struct field_kind field_whole64;
extern const struct field_kind field_thousandths32; /* at most three decimals */
extern const struct field_kind field_thousandths64;
extern const struct field_kind field_money;
extern const struct field_kind
    field_duration; /* at most three decimals, stored in whole seconds, rounded up */
extern const struct field_kind field_bool;
extern const struct field_kind field_choice; /* an enum */
extern const struct field_kind field_text;
extern const struct field_kind field_label;
extern const struct field_kind field_labels; /* a list of them */
extern const struct field_kind field_paths;  /* a list of paths of the shop behind */
extern const struct field_kind field_mark;   /* a text that is searched for in its pages */
extern const struct field_kind field_marks;  /* a list of them */
extern const struct field_kind field_currency;
extern const struct field_kind field_visitors; /* three int64_t: low, likely, high */

/* Days and times (field_time.c). */
extern const struct field_kind field_clock; /* "16:00" as minute of the day */
extern const struct field_kind field_weekdays;
extern const struct field_kind field_day;
extern const struct field_kind field_days;
extern const struct field_kind field_openings;
extern const struct field_kind field_instant;
extern const struct field_kind
    field_period_day; /* at struct period: a day of the month or a weekday */

/* Of the site behind us only (site.c). */
extern const struct field_kind field_methods;   /* a set of methods, uint32_t */
extern const struct field_kind field_pattern;   /* of paths (gate/pattern.h) */
extern const struct field_kind field_patterns;  /* a list of them */
extern const struct field_kind field_parameter; /* a query's: "name" or "name=value" */
extern const struct field_kind field_networks;  /* a list of struct site_network */
extern const struct choice site_class_choices[SITE_CLASSES];
extern const struct choice site_preset_choices[SITE_PRESETS];

/* What refers to other things (field_parts.c). */
extern const struct field_kind field_reference;  /* an id of `names` */
extern const struct field_kind field_references; /* a list of them, each once */
extern const struct field_kind field_shares;     /* {name: quantity} */
extern const struct field_kind field_list;       /* a list of records */
extern const struct field_kind field_record;     /* a record inside the record */
extern const struct field_kind field_named;      /* {name: record}; at the top only */

/* The whole file as a record of struct shop (sections.c). */
extern const struct record_shape shop_shape;
/* Gives the sections that a file may leave out their defaults. */
void sections_defaults(struct shop *shop);

/* Ranks offers and carriers by name; false: no memory. Both makers of a shop end with it. */
bool shop_complete(struct shop *shop);

/* Refuses at a node's place; always false. */
bool reader_refuse(struct reader *reader, const struct tree_node *node, const char *format, ...)
    PRINTF_LIKE(3, 4);
bool reader_refuse_memory(struct reader *reader);
/* Reads the keys of a map into a record that holds its defaults. `owner` names it in messages. */
bool record_read(struct reader *reader, const struct record_shape *shape,
                 const struct tree_node *node, const char *owner, void *record);
/* Copies what the keys say, deeply; the caller has copied the rest of the record plainly. */
bool record_copy(struct copier *copier, const struct record_shape *shape, const void *from,
                 void *to);
/* The value of a key in a map; NULL if it is not there. */
const struct tree_node *tree_find(const struct tree_node *map, const char *key);

/* A scalar that is not quoted away from being a number, with `decimals`. `what` names the quantity:
 * "a quantity". */
bool number_read(struct reader *reader, const struct field *field, const struct tree_node *node,
                 int decimals, int64_t *value);
/* A text without control characters; terminated, in the shop's arena. */
bool text_read(struct reader *reader, const struct field *field, const struct tree_node *node,
               const char **text);
/* Of a text that was read. False: no memory. */
bool string_copy(struct copier *copier, const char *from, const char **to);
void plain_text_write(struct writer *writer, const struct field *field, const void *record);
bool plain_text_copy(struct copier *copier, const struct field *field, const void *from, void *to);
/* Lists of texts, each read by `one`. */
bool texts_read(struct reader *reader, const struct field *field, const struct tree_node *node,
                void *record,
                bool (*one)(struct reader *reader, const struct field *field,
                            const struct tree_node *node, const char **text));
void texts_write(struct writer *writer, const struct field *field, const void *record);
bool texts_copy(struct copier *copier, const struct field *field, const void *from, void *to);
bool scalar_require(struct reader *reader, const struct field *field, const struct tree_node *node);
/* Takes a list, or nothing (an empty list). */
bool list_require(struct reader *reader, const struct field *field, const struct tree_node *node,
                  uint32_t limit);
bool map_require(struct reader *reader, const struct field *field, const struct tree_node *node,
                 uint32_t limit);

/* Appends the keys of a record that differ from its defaults as "key: value", separated by
 * `between`. */
void record_write(struct writer *writer, const struct record_shape *shape, const void *record,
                  const char *between);

/* Does the field's value in `record` read the same as in `other`? The shops give the meaning of
 * indexes. */
bool field_same(const struct field *field, const struct shop *shop, const void *record,
                const struct shop *other_shop, const void *other);
/* Does an entry of a list refer to something that is retired? */
bool record_is_retired(const struct shop *shop, const struct record_shape *shape,
                       const void *record);

static inline void *field_in(const struct field *field, void *record)
{
    return (char *)record + field->offset;
}

static inline const void *field_of(const struct field *field, const void *record)
{
    return (const char *)record + field->offset;
}

static inline uint32_t field_count_of(const struct field *field, const void *record)
{
    uint32_t count;
    memcpy(&count, (const char *)record + field->count_offset, sizeof count);
    return count;
}

static inline void field_count_set(const struct field *field, void *record, uint32_t count)
{
    memcpy((char *)record + field->count_offset, &count, sizeof count);
}

/* The pointer to a list's entries. */
static inline void *field_entries_of(const struct field *field, const void *record)
{
    void *entries;
    memcpy(&entries, field_of(field, record), sizeof entries);
    return entries;
}

static inline void field_entries_set(const struct field *field, void *record, void *entries)
{
    memcpy(field_in(field, record), &entries, sizeof entries);
}

#endif
