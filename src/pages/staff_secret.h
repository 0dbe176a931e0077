/* The secrets of staff: sessions, one-time links, tokens of programs.
 *
 * 64 characters: 16 random bytes and 16 of their HMAC under the shop's own secret, in hexadecimal.
 * So one that somebody made up is refused at once and asks nothing of the core; only SHA-256 of it
 * is kept, so that a copy of the database opens nothing. */
#ifndef ECLUSE_PAGES_STAFF_SECRET_H
#define ECLUSE_PAGES_STAFF_SECRET_H

#include "engine/engine.h"

enum staff_secret_kind { STAFF_SECRET_SESSION, STAFF_SECRET_LINK, STAFF_SECRET_TOKEN };

enum { STAFF_SECRET_LENGTH = 64, STAFF_FORM_LENGTH = 32 };

void staff_secret_make(const struct engine *engine, struct env *env, enum staff_secret_kind kind,
                       char text[STAFF_SECRET_LENGTH + 1], struct staff_hash *hash);
/* False: not one of ours, or of another kind. Takes as long whatever of it is wrong. */
bool staff_secret_read(const struct engine *engine, enum staff_secret_kind kind, struct slice text,
                       struct staff_hash *hash) MUST_USE;
/* What a form of this session carries, so that no other page can send it. */
void staff_secret_form(const struct engine *engine, const struct staff_hash *session,
                       char text[STAFF_FORM_LENGTH + 1]);
/* Is it that? */
bool staff_secret_form_is(const struct engine *engine, const struct staff_hash *session,
                          struct slice text) MUST_USE;

#endif
