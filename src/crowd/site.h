/* The site that a crowd goes to: its URL taken apart, its address, and whether it is this machine.
 *
 * The name is looked up once and every connection goes to the one address that was found: whether
 * it is loopback, or has consented, cannot change during the run. Redirects are never followed. */
#ifndef ECLUSE_CROWD_SITE_H
#define ECLUSE_CROWD_SITE_H

#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { CROWD_HOST_BYTES = 256, CROWD_KEY_BYTES = 33 };

struct crowd_site {
    char host[CROWD_HOST_BYTES];      /* without brackets */
    char authority[CROWD_HOST_BYTES]; /* as the Host header has it */
    char path[LIMIT_CROWD_URL_BYTES];
    uint16_t port;
    struct sockaddr_storage address;
    bool is_loopback;
};

/* http://HOST[:PORT][/PATH]. STATUS_INVALID says what is wrong. */
enum status crowd_site_read(const char *url, struct crowd_site *site, struct fault *fault) MUST_USE;
/* IPv4 where a name has both: servers that listen on one only mostly listen there.
 * STATUS_UNAVAILABLE: there is no such host. */
enum status crowd_site_find(struct crowd_site *site, struct fault *fault) MUST_USE;

/* What a site that is not loopback serves at CROWD_CONSENT_PATH: 32 hexadecimal digits of the
 * SHA-256 of a fixed text with host and port. Whoever can put it there may ask for a crowd. */
#define CROWD_CONSENT_PATH "/.well-known/ecluse-crowd"
void crowd_site_key(const struct crowd_site *site, char key[CROWD_KEY_BYTES]);

#endif
