/* key -> kept for an hour -> the answer to who asks for it. */
#include "pages/waiting_consent.h"

static bool is_key(struct slice key)
{
    bool digits = key.length == CONSENT_KEY_CHARACTERS;
    for (size_t i = 0; i < key.length && digits; i++) {
        digits = (key.data[i] >= '0' && key.data[i] <= '9') ||
                 (key.data[i] >= 'a' && key.data[i] <= 'f');
    }
    return digits;
}

bool consent_set(struct consent *consent, struct slice key, int64_t now_ms)
{
    if (!is_key(key) && !slice_is(key, "none")) {
        return false;
    }
    *consent = (struct consent){.until_ms = now_ms + CONSENT_SECONDS * INT64_C(1000)};
    if (is_key(key)) {
        memcpy(consent->key, key.data, key.length);
    }
    return true;
}

bool consent_handle(const struct consent *consent, struct door_request *request, int64_t now_ms)
{
    if (consent->key[0] == '\0' || now_ms >= consent->until_ms ||
        door_method(request) != METHOD_GET || !slice_is(door_path(request), CONSENT_PATH)) {
        return false;
    }
    const struct door_reply reply = {
        .status = 200,
        .headers = SLICE("Content-Type: text/plain\r\nCache-Control: no-store\r\n"),
        .body = slice_of(consent->key)};
    door_reply(request, &reply);
    return true;
}
