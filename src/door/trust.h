/* Networks of the proxies in front of us that are believed about who asked (forwarded.h), beside
 * this machine. */
#ifndef ECLUSE_DOOR_TRUST_H
#define ECLUSE_DOOR_TRUST_H

#include "base/slice.h"

#include <stdint.h>

enum { DOOR_TRUST_MAX = 16 };

struct door_network {
    unsigned char address[16]; /* of IPv4 as ::ffff:a.b.c.d */
    uint32_t bits;             /* of it, that count; 0 to 128 */
};

struct door_trust {
    uint32_t count;
    struct door_network networks[DOOR_TRUST_MAX];
};

/* Adds "10.0.0.0/8", "192.0.2.7" or "2001:db8::/32". False: it is none, or bits behind the
 * network's are set, or there are too many. */
bool door_trust_add(struct door_trust *trust, struct slice text);
/* Is the address in one of them? */
bool door_trust_has(const struct door_trust *trust, const unsigned char address[16]);

#endif
