/* The one place where HTML is made: values + template + messages -> the store's scratch text.
 *
 * The layout's values (shop, language, addresses, nonces none) are the same for all pages, so that
 * a page that several visitors see cannot hold anything of one of them. */
#include "pages/store_page.h"

#include "base/assert.h"

static const char *const own_names[LANGUAGES] = {
    [LANGUAGE_FR] = "Français", [LANGUAGE_EN] = "English"};

static const char *message_find(const void *context, struct slice key)
{
    const enum language *language = context;
    return translate_find(&web_catalog, (int)*language, key);
}

const char *store_page_message(enum language language, const char *key)
{
    const char *message = translate_find(&web_catalog, (int)language, slice_of(key));
    ASSERT(message != NULL);
    return message;
}

json_t *store_page_values(const struct store *store, enum language language, const char *title)
{
    json_t *values = json_object();
    json_object_set_new(values, "title", json_string(title));
    json_object_set_new(values, "lang", json_string(translate_code((int)language)));
    json_object_set_new(values, "shop_name", json_string(store->shop->name));
    json_object_set_new(values, "root", json_string(store->root));
    json_object_set_new(values, "style", json_string(store->style));
    json_object_set_new(values, "staff_style", json_string(store->staff_style));
    json_object_set_new(values, "behind", json_boolean(store->moment_only));
    store_page_address(values, language, SLICE("/"), (struct slice){NULL, 0});
    return values;
}

void store_page_address(json_t *values, enum language language, struct slice path,
                        struct slice query)
{
    json_t *alternates = json_array();
    for (enum language each = 0; each < LANGUAGES; each++) {
        const char *code = translate_code((int)each);
        json_t *href =
            json_sprintf("%.*s?%.*s%slang=%s", (int)path.length, path.data, (int)query.length,
                         query.length == 0 ? "" : query.data, query.length == 0 ? "" : "&", code);
        json_t *alternate = json_pack("{s:s,s:s,s:o,s:b}", "code", code, "name", own_names[each],
                                      "href", href, "current", each == language);
        json_array_append_new(alternates, alternate);
    }
    json_object_set_new(values, "alternates", alternates);
}

enum status store_page_render(struct store *store, enum language language, const char *name,
                              json_t *values, struct slice *body, struct fault *fault)
{
    struct template_messages messages = {message_find, &language};
    text_clear(&store->page);
    enum status status =
        template_render(store->templates, name, values, &messages, &store->page, fault);
    json_decref(values);
    *body = text_slice(&store->page);
    return status;
}
