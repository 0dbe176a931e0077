/* GET /checkout:   cart -> question -> form with the date, the sum, a fresh key and the lines that
 * they are for POST /checkout:  form -> checked -> a hold is placed -> 303 to the order's page,
 * where it is confirmed
 *                       -> with errors -> question -> the form again (422), what was typed kept
 *                       -> a no of the core -> the form again (409) with the reason
 *
 * The key is the order's Idempotency-Key: it is made when the form is shown (this page is nobody
 * else's and never cached), so the same form sent twice is one order. The lines stand in the form,
 * so that what is held is what was shown, whatever happened to the cart in another window. The same
 * key with other contents (back, changed, sent) gets the form again with a fresh key; a hold that
 * this visitor already has is replaced by the new one, never added to it. */
#include "pages/store_checkout.h"

#include "base/assert.h"
#include "pages/request.h"
#include "pages/store_cart.h"
#include "pages/store_order.h"

#include <stdio.h>

enum field {
    FIELD_NAME,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_STREET,
    FIELD_POSTCODE,
    FIELD_CITY,
    FIELD_COUNTRY,
    FIELDS
};

struct field_rule {
    const char *name;
    const char *label;
    const char *type;
    const char *autocomplete;
    size_t bytes_max;
    bool required;
    bool address; /* asked for only where something is sent */
};

static const struct field_rule rules[FIELDS] = {
    [FIELD_NAME] = {"name", MESSAGE("field-name"), "text", "name", LIMIT_PERSON_FIELD_BYTES, true,
                    false},
    [FIELD_EMAIL] = {"email", MESSAGE("field-email"), "email", "email", LIMIT_EMAIL_BYTES, true,
                     false},
    [FIELD_PHONE] = {"phone", MESSAGE("field-phone"), "tel", "tel", LIMIT_PERSON_FIELD_BYTES, false,
                     false},
    [FIELD_STREET] = {"street", MESSAGE("field-street"), "text", "street-address",
                      LIMIT_PERSON_FIELD_BYTES, true, true},
    [FIELD_POSTCODE] = {"postcode", MESSAGE("field-postcode"), "text", "postal-code",
                        LIMIT_PERSON_FIELD_BYTES, true, true},
    [FIELD_CITY] = {"city", MESSAGE("field-city"), "text", "address-level2",
                    LIMIT_PERSON_FIELD_BYTES, true, true},
    [FIELD_COUNTRY] = {"country", MESSAGE("field-country"), "text", "country-name",
                       LIMIT_PERSON_FIELD_BYTES, true, true},
};

enum { KEY_BYTES = 16, KEY_CHARACTERS = 2 * KEY_BYTES };

struct checkout {
    struct store_quote quote; /* first: callbacks get its address; its order task also places */
    struct store_visit visit;
    struct store_cart cart;
    struct slice values[FIELDS];
    const char *errors[FIELDS]; /* a message's key, or NULL */
    uint32_t error_count;
    int status;         /* with which the form is shown */
    const char *notice; /* a message's key above the form, or NULL */
};

/* ---- the form ---- */

static bool sends_something(const struct checkout *it)
{
    const struct shop *shop = it->visit.store->shop;
    for (uint32_t i = 0; i < it->cart.count; i++) {
        if (!shop->offers[it->cart.lines[i].offer].on_site) {
            return true;
        }
    }
    return false;
}

static json_t *field_values(const struct checkout *it, bool address)
{
    json_t *fields = json_array();
    for (int i = 0; i < FIELDS; i++) {
        const struct field_rule *rule = &rules[i];
        if (rule->address != address || (address && !sends_something(it))) {
            continue;
        }
        json_t *field = json_pack(
            "{s:s,s:s,s:s,s:s,s:i,s:b,s:o}", "name", rule->name, "label",
            store_page_message(it->visit.language, rule->label), "type", rule->type, "autocomplete",
            rule->autocomplete, "length_max", (int)rule->bytes_max, "required", rule->required,
            "value",
            json_stringn(it->values[i].length > 0 ? it->values[i].data : "", it->values[i].length));
        if (it->errors[i] != NULL) {
            json_object_set_new(field, "error",
                                json_string(store_page_message(it->visit.language, it->errors[i])));
        }
        json_array_append_new(fields, field);
    }
    return fields;
}

static json_t *error_values(const struct checkout *it)
{
    json_t *errors = json_array();
    for (int i = 0; i < FIELDS; i++) {
        if (it->errors[i] != NULL) {
            const char *label = store_page_message(it->visit.language, rules[i].label);
            const char *text = store_page_message(it->visit.language, it->errors[i]);
            json_array_append_new(errors, json_pack("{s:s,s:s,s:s}", "name", rules[i].name, "label",
                                                    label, "text", text));
        }
    }
    return errors;
}

static json_t *fresh_key(const struct store *store)
{
    unsigned char bytes[KEY_BYTES];
    char key[KEY_CHARACTERS + 1];
    store->env->entropy(store->env, bytes, sizeof bytes);
    for (int i = 0; i < KEY_BYTES; i++) {
        snprintf(key + 2 * i, 3, "%02x", bytes[i]);
    }
    return json_string(key);
}

/* Shows the form with what the core last said about these lines. */
static void form_show(const struct checkout *it)
{
    const struct store_visit *visit = &it->visit;
    struct store_view view =
        store_view_of(visit->store, it->quote.order.task.shop, visit->language);
    json_t *values =
        store_page_values(visit->store, visit->language,
                          store_page_message(visit->language, MESSAGE("checkout-title")));
    store_page_address(values, visit->language, visit->path, (struct slice){NULL, 0});
    char lines[STORE_CART_TEXT_BYTES];
    store_cart_write(&it->cart, lines);
    json_object_set_new(values, "cart", json_string(lines));
    json_object_set_new(values, "key", fresh_key(visit->store));
    json_object_set_new(values, "person_fields", field_values(it, false));
    json_object_set_new(values, "address_fields", field_values(it, true));
    json_object_set_new(values, "errors", error_values(it));
    json_object_set_new(values, "faulty", json_boolean(it->error_count > 0));
    json_object_set_new(values, "ships", json_boolean(sends_something(it)));
    json_object_set_new(values, "hold_minutes", json_integer(view.shop->promise.hold_seconds / 60));
    if (it->notice != NULL) {
        json_object_set_new(values, "notice",
                            json_string(store_page_message(visit->language, it->notice)));
    }
    store_cart_values(&view, &it->cart, &it->quote.order, values);
    store_visit_page(visit, it->status, "checkout", values, (struct slice){NULL, 0});
}

static void quoted(struct store_quote *quote)
{
    form_show((const struct checkout *)quote);
}

/* Asks what would be promised, then shows the form with `status`. */
static void form_ask(struct checkout *it, int status, const char *notice)
{
    it->status = status;
    it->notice = notice;
    store_cart_quote(&it->quote, &it->visit, &it->cart, quoted);
}

/* ---- checking ---- */

/* What the API takes, and in the domain a dot: people forget ".fr", and no shop sells to a machine
 * of its own network. */
static bool email_plausible(struct slice email)
{
    const char *at = memchr(email.data, '@', email.length);
    return at != NULL && request_email_good(email) &&
           memchr(at, '.', email.length - (size_t)(at - email.data)) != NULL;
}

static const char *field_error(enum field field, struct slice value)
{
    if (rules[field].required && value.length == 0) {
        return MESSAGE("error-missing");
    }
    if (field == FIELD_EMAIL && !email_plausible(value)) {
        return MESSAGE("error-email");
    }
    return NULL;
}

static bool field_present(struct slice form, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i + length < form.length; i++) {
        bool starts = i == 0 || form.data[i - 1] == '&';
        if (starts && memcmp(form.data + i, name, length) == 0 && form.data[i + length] == '=') {
            return true;
        }
    }
    return false;
}

static void fields_read(struct checkout *it)
{
    struct slice form = door_body(it->visit.request);
    bool address = sends_something(it);
    for (int i = 0; i < FIELDS; i++) {
        if (rules[i].address && !address) {
            continue;
        }
        struct slice value = {NULL, 0};
        bool read = store_visit_field(&it->visit, form, rules[i].name, rules[i].bytes_max, &value);
        it->values[i] = read ? value : (struct slice){"", 0};
        bool unusable = !read && field_present(form, rules[i].name);
        it->errors[i] =
            unusable ? MESSAGE("error-text") : field_error((enum field)i, it->values[i]);
        it->error_count += it->errors[i] != NULL;
    }
}

/* ---- placing ---- */

static void placed(struct engine_task *task);

static void hold_place(struct checkout *it, struct slice key, bool may_replace)
{
    struct order_request request = {
        .lines = it->quote.lines,
        .line_count = it->cart.count,
        .want = it->cart.want,
        .split = it->visit.store->shop->promise.policy == POLICY_SPLIT,
        .person = {it->values[FIELD_NAME], it->values[FIELD_EMAIL], it->values[FIELD_PHONE],
                   it->values[FIELD_STREET], it->values[FIELD_POSTCODE], it->values[FIELD_CITY],
                   it->values[FIELD_COUNTRY]},
        .hold = true,
        .idempotency_key = key,
        .body = door_body(it->visit.request),
    };
    request.has_replaces = may_replace && store_order_hold(&it->visit, &request.replaces);
    store_cart_ask(&it->cart, it->quote.lines);
    order_task_place(&it->quote.order, it->visit.store->desk, &request);
    struct promise_command *command = &it->quote.order.task.command;
    if (command->has_replaces &&
        memcmp(command->replaces.bytes, command->order.bytes, sizeof command->order.bytes) == 0) {
        command->has_replaces = false; /* the same form again: its hold is the one that it has */
    }
    it->quote.order.task.done = placed;
    if (!engine_submit(it->visit.store->engine, &it->quote.order.task)) {
        store_visit_busy(&it->visit);
    }
}

static bool key_read(const struct checkout *it, struct slice *key)
{
    return store_visit_field(&it->visit, door_body(it->visit.request), "key", KEY_CHARACTERS,
                             key) &&
           key->length == KEY_CHARACTERS;
}

static void placed(struct engine_task *task)
{
    struct checkout *it = (struct checkout *)task;
    struct slice key;
    if (task->status == STATUS_EXISTS) {
        form_ask(it, 409, MESSAGE("checkout-changed"));
    } else if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
    } else if (task->answer.result == PROMISE_OK || task->answer.result == PROMISE_REPEATED) {
        store_order_enter(&it->visit, &task->answer.order, true);
    } else if (store_cart_hold_gone(task) && key_read(it, &key)) {
        /* The hold of before was confirmed meanwhile: this is another order. */
        hold_place(it, key, false);
    } else {
        it->status = 409;
        form_show(it);
    }
}

static void checkout_post(struct checkout *it)
{
    struct slice key;
    struct slice cart;
    const struct store_visit *visit = &it->visit;
    if (!key_read(it, &key) ||
        !store_visit_field(visit, door_body(visit->request), "cart", STORE_CART_TEXT_BYTES,
                           &cart) ||
        !store_cart_parse(visit->store, cart, &it->cart)) {
        store_visit_notice(visit,
                           &(struct store_notice){422, MESSAGE("form-title"), MESSAGE("form-text"),
                                                  "/cart", MESSAGE("to-cart")});
        return;
    }
    fields_read(it);
    if (it->error_count > 0) {
        form_ask(it, 422, NULL);
    } else {
        hold_place(it, key, true);
    }
}

static void checkout_get(struct checkout *it)
{
    store_cart_read(&it->visit, &it->cart);
    if (it->cart.count == 0) {
        store_visit_redirect(&it->visit, "/cart", (struct slice){NULL, 0});
        return;
    }
    form_ask(it, 200, NULL);
}

void store_checkout_serve(const struct store_visit *visit)
{
    struct checkout *it = door_alloc(visit->request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    memset(it, 0, sizeof *it);
    it->visit = *visit;
    switch (door_method(visit->request)) {
    case METHOD_GET:
    case METHOD_HEAD:
        checkout_get(it);
        break;
    case METHOD_POST:
        if (store_visit_same_site(visit)) {
            checkout_post(it);
        } else {
            store_visit_other_site(visit);
        }
        break;
    default:
        store_visit_method(visit, "GET, HEAD, POST");
    }
}
