/* Pages out of templates: a subset of mustache over JSON values.
 *
 *   {{name}}    the value, HTML-escaped          {{#name}}...{{/name}}  for each / if there / with
 * that object
 *   {{{name}}}  the value as it is               {{^name}}...{{/name}}  if it is not there, false
 * or empty
 *   {{_key}}    a message of the reader's        {{>name}}              another template
 *               language, escaped; "{name}"      {{! text}}             a comment
 *               in it is a value, escaped too    a.b, .                 a value inside; the current
 * one
 *
 * A tag that writes nothing and stands alone on its line takes the line with it. Names are looked
 * up from the innermost section outward. A {{name}} or {{_key}} that finds nothing is a fault with
 * template and line: a page with a hole in it is never sent. No recursion: an explicit stack of at
 * most TEMPLATE_DEPTH_MAX sections and partials.
 *
 * Rejected: a template language with expressions. What a page shows is decided in C, where it can
 * be tested. */
#ifndef ECLUSE_REPORT_TEMPLATE_H
#define ECLUSE_REPORT_TEMPLATE_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"

#include <jansson.h>

enum { TEMPLATE_DEPTH_MAX = 32, TEMPLATE_OPS_MAX = 4096, TEMPLATE_NAME_BYTES_MAX = 64 };

/* One template's source; its bytes outlive the set. */
struct template_source {
    struct slice name;
    struct slice text;
};

/* Where {{_key}} finds its message: a terminated text, or NULL. */
struct template_messages {
    const char *(*find)(const void *context, struct slice key);
    const void *context;
};

struct template_set;

/* Parses them all. STATUS_INVALID says "NAME:LINE: what is wrong": an open or crossed section, an
 * unknown partial, a bad name. */
enum status template_set_open(const struct template_source *sources, size_t count,
                              struct template_set **set, struct fault *fault) MUST_USE;
void template_set_close(struct template_set *set);

/* Appends the template `name` rendered with `values` to `to`. `messages` may be NULL if no {{_key}}
 * is met. STATUS_INVALID as above, STATUS_LIMIT where `to` overflows or sections nest too deeply.
 */
enum status template_render(const struct template_set *set, const char *name, const json_t *values,
                            const struct template_messages *messages, struct text *to,
                            struct fault *fault) MUST_USE;

#endif
