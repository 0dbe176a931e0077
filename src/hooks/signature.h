/* Signatures of the Standard Webhooks specification (standardwebhooks.com, version 1.0): HMAC-
 * SHA256 over "id.timestamp.body", in base64 behind "v1,". A secret is shown as "whsec_" and its
 * base64. */
#ifndef ECLUSE_HOOKS_SIGNATURE_H
#define ECLUSE_HOOKS_SIGNATURE_H

#include "base/slice.h"
#include "base/text.h"

#include <stdint.h>

enum { HOOK_SECRET_BYTES = 32, HOOK_SECRET_TEXT_BYTES = 72, HOOK_SIGNATURE_BYTES = 64 };

/* "whsec_..." with a terminating zero. */
void hook_secret_write(char to[HOOK_SECRET_TEXT_BYTES],
                       const unsigned char secret[HOOK_SECRET_BYTES]);
/* Appends "v1,..." of a secret of `length` bytes. */
void hook_signature_append(struct text *to, const unsigned char *secret, size_t length,
                           const char *id, int64_t timestamp, struct slice body);

#endif
