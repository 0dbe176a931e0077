/* Who buys or wishes: the fields of a form, what is wrong with them, and the form's values again
 * with what was typed. Used wherever the store asks for a name and an address. */
#ifndef ECLUSE_PAGES_STORE_PERSON_H
#define ECLUSE_PAGES_STORE_PERSON_H

#include "pages/store_page.h"
#include "pages/store_visit.h"

enum store_person_field {
    FIELD_NAME,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_STREET,
    FIELD_POSTCODE,
    FIELD_CITY,
    FIELD_COUNTRY,
    FIELDS
};

struct store_person {
    bool ships; /* something is sent: an address is asked for, too */
    struct slice values[FIELDS];
    const char *errors[FIELDS]; /* a message's key, or NULL */
    uint32_t error_count;
};

/* Reads the request's form; `ships` is set. */
void store_person_read(struct store_person *person, const struct store_visit *visit);
struct person store_person_of(const struct store_person *person);
/* Sets person_fields, address_fields, ships, errors and faulty. */
void store_person_values(const struct store_person *person, enum language language, json_t *values);

#endif
