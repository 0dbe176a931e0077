/* The ticket: what a visitor carries, so that the server need not remember them.
 *
 *   version u8 | key's day u16 | line u32 | number u32 | issued u32 | announced u32 | entered u32
 *   | first 16 bytes of HMAC-SHA256(key of that day, len "ecluse ticket" len payload)
 *
 * little-endian, in hexadecimal, in the cookie `ecluse_ticket`: HttpOnly, and in no address: so
 * a link that is shared carries no place. A key is good on its day and two days before and after: a
 * clock that jumps by a day voids nothing. A ticket of another line (another moment) is void. */
#ifndef ECLUSE_PAGES_GATE_TICKET_H
#define ECLUSE_PAGES_GATE_TICKET_H

#include "pages/hmac.h"

#include <stdbool.h>
#include <stdint.h>

#define GATE_TICKET_COOKIE "ecluse_ticket"

enum { GATE_TICKET_CHARACTERS = 2 * (23 + 16), GATE_TICKET_DAYS = 2, GATE_SECRET_BYTES = 32 };

/* The day's key is kept: a crowd polls with it. */
struct gate_keys {
    struct hmac_key root;
    struct hmac_key key; /* of `day` */
    uint16_t day;        /* since 1970 */
};

void gate_keys_init(struct gate_keys *keys, const unsigned char secret[GATE_SECRET_BYTES]);

struct gate_ticket {
    uint32_t line;
    uint32_t number;    /* in the line (gate/gate.h) */
    uint32_t issued;    /* seconds UTC */
    uint32_t announced; /* seconds that the wait was likely to take; 0: no wait was said */
    uint32_t entered;   /* seconds UTC; 0: waits */
};

/* `now`: seconds UTC. */
void gate_ticket_write(struct gate_keys *keys, int64_t now, const struct gate_ticket *ticket,
                       char text[GATE_TICKET_CHARACTERS + 1]);
/* False: forged, damaged, or too old. Takes as long whatever of its bytes are wrong. */
bool gate_ticket_read(struct gate_keys *keys, int64_t now, struct slice text,
                      struct gate_ticket *ticket);

#endif
