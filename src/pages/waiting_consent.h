/* The owner's consent to a crowd from elsewhere: the key that `ecluse crowd` prints, served at the
 * path where it looks for it (docs/decisions/0062), for an hour or until the server stops. */
#ifndef ECLUSE_PAGES_WAITING_CONSENT_H
#define ECLUSE_PAGES_WAITING_CONSENT_H

#include "door/door.h"

#define CONSENT_PATH "/.well-known/ecluse-crowd"

enum { CONSENT_KEY_CHARACTERS = 32, CONSENT_SECONDS = 3600 };

struct consent {
    char key[CONSENT_KEY_CHARACTERS + 1]; /* empty: to nobody */
    int64_t until_ms;
};

/* "none" takes it back. False: it is no key (32 lower-case hexadecimal digits). `now_ms` is that of
 * a clock that never goes back. */
bool consent_set(struct consent *consent, struct slice key, int64_t now_ms) MUST_USE;
/* True: the request asked for it, and was answered. */
bool consent_handle(const struct consent *consent, struct door_request *request, int64_t now_ms);

#endif
