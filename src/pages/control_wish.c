/* As by telephone an order has no address, so has a wish none. */
#include "pages/control_wish.h"

enum { WISH_COMMAND, WISH_OFFER, WISH_QUANTITY, WISH_LATEST, WISH_EMAIL, WISH_NAME };
const struct json_field control_wish_fields[CONTROL_WISH_FIELDS] = {
    [WISH_COMMAND] = {"command", JSON_IS_STRING, true},
    [WISH_OFFER] = {"offer", JSON_IS_STRING, true},
    [WISH_QUANTITY] = {"quantity", JSON_IS_NUMBER, true},
    [WISH_LATEST] = {"latest", JSON_IS_STRING, true},
    [WISH_EMAIL] = {"email", JSON_IS_STRING, true},
    [WISH_NAME] = {"name", JSON_IS_STRING, false},
};

enum { WISHED_COMMAND, WISHED_WISH };
const struct json_field control_wished_fields[CONTROL_WISHED_FIELDS] = {
    [WISHED_COMMAND] = {"command", JSON_IS_STRING, true},
    [WISHED_WISH] = {"wish", JSON_IS_STRING, true},
};

bool control_wish_read(struct request_reader *reader, const struct json_value *values,
                       struct order_request *request)
{
    const struct request_wished wished = {values[WISH_OFFER], values[WISH_QUANTITY],
                                          values[WISH_LATEST]};
    *request = (struct order_request){.line_count = 0};
    return request_read_wished(reader, &wished, request) &&
           request_read_email(reader, values[WISH_EMAIL], "/email", &request->person.email) &&
           request_read_text(reader, values[WISH_NAME], "/name", LIMIT_PERSON_FIELD_BYTES,
                             &request->person.name);
}

bool control_wished_read(struct request_reader *reader, const struct json_value *values,
                         struct order_key *key)
{
    return request_read_order_key(reader, values[WISHED_WISH], "/wish", key);
}
