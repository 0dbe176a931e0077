#include "model/field.h"

bool record_copy(struct copier *copier, const struct record_shape *shape, const void *from,
                 void *to)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->kind->copy == NULL) {
            memcpy(field_in(field, to), field_of(field, from), field->kind->bytes);
        } else if (!field->kind->copy(copier, field, from, to)) {
            return false;
        }
    }
    return true;
}
