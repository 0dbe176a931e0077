/* A table of fields; everything else walks it. */
#include "pages/store_person.h"

#include "base/limits.h"
#include "pages/request.h"

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

static json_t *field_values(const struct store_person *person, enum language language, bool address)
{
    json_t *fields = json_array();
    for (int i = 0; i < FIELDS; i++) {
        const struct field_rule *rule = &rules[i];
        if (rule->address != address || (address && !person->ships)) {
            continue;
        }
        json_t *field =
            json_pack("{s:s,s:s,s:s,s:s,s:i,s:b,s:o}", "name", rule->name, "label",
                      store_page_message(language, rule->label), "type", rule->type, "autocomplete",
                      rule->autocomplete, "length_max", (int)rule->bytes_max, "required",
                      rule->required, "value",
                      json_stringn(person->values[i].length > 0 ? person->values[i].data : "",
                                   person->values[i].length));
        if (person->errors[i] != NULL) {
            json_object_set_new(field, "error",
                                json_string(store_page_message(language, person->errors[i])));
        }
        json_array_append_new(fields, field);
    }
    return fields;
}

static json_t *error_values(const struct store_person *person, enum language language)
{
    json_t *errors = json_array();
    for (int i = 0; i < FIELDS; i++) {
        if (person->errors[i] != NULL) {
            const char *label = store_page_message(language, rules[i].label);
            const char *text = store_page_message(language, person->errors[i]);
            json_array_append_new(errors, json_pack("{s:s,s:s,s:s}", "name", rules[i].name, "label",
                                                    label, "text", text));
        }
    }
    return errors;
}

/* What the API takes, and in the domain a dot: people forget ".fr", and no shop sells to a machine
 * of its own network. */
static bool email_plausible(struct slice email)
{
    const char *at = memchr(email.data, '@', email.length);
    return at != NULL && request_email_good(email) &&
           memchr(at, '.', email.length - (size_t)(at - email.data)) != NULL;
}

static const char *field_error(enum store_person_field field, struct slice value)
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

void store_person_read(struct store_person *person, const struct store_visit *visit)
{
    struct slice form = door_body(visit->request);
    for (int i = 0; i < FIELDS; i++) {
        if (rules[i].address && !person->ships) {
            continue;
        }
        struct slice value = {NULL, 0};
        bool read = store_visit_field(visit, form, rules[i].name, rules[i].bytes_max, &value);
        person->values[i] = read ? value : (struct slice){"", 0};
        bool unusable = !read && field_present(form, rules[i].name);
        person->errors[i] = unusable ? MESSAGE("error-text")
                                     : field_error((enum store_person_field)i, person->values[i]);
        person->error_count += person->errors[i] != NULL;
    }
}

struct person store_person_of(const struct store_person *person)
{
    const struct slice *values = person->values;
    return (struct person){values[FIELD_NAME],   values[FIELD_EMAIL],    values[FIELD_PHONE],
                           values[FIELD_STREET], values[FIELD_POSTCODE], values[FIELD_CITY],
                           values[FIELD_COUNTRY]};
}

void store_person_values(const struct store_person *person, enum language language, json_t *values)
{
    json_object_set_new(values, "person_fields", field_values(person, language, false));
    json_object_set_new(values, "address_fields", field_values(person, language, true));
    json_object_set_new(values, "ships", json_boolean(person->ships));
    json_object_set_new(values, "errors", error_values(person, language));
    json_object_set_new(values, "faulty", json_boolean(person->error_count > 0));
}
