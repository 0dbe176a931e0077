/* A text of an object of jansson's, for those who only print it. */
#ifndef ECLUSE_COMMANDS_JSON_TEXT_H
#define ECLUSE_COMMANDS_JSON_TEXT_H

#include <jansson.h>

/* "" where the member is missing or no string, and where there is no object. */
static inline const char *json_text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

#endif
