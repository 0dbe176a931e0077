/* Who asked, as a proxy in front of us says: Forwarded (RFC 7239), and the X-Forwarded-For, -Proto
 * and -Host that came before it. Whether the sender is to be believed is the caller's question.
 *
 * Proxies append what they saw to X-Forwarded-For, and many hand on a Forwarded that their client
 * made up, because they do not know it. So X-Forwarded-For counts where there is one, and Forwarded
 * only where there is none; one that is malformed counts for nothing. */
#ifndef ECLUSE_DOOR_FORWARDED_H
#define ECLUSE_DOOR_FORWARDED_H

#include "door/parser.h"

enum {
    FORWARDED_NODES_MAX = 16,
    FORWARDED_NODE_BYTES_MAX = 64 /* longer ones are "unknown" */
};

struct forwarded {
    /* Who asked whom, as written; the last is whom our sender saw. Of a longer list the last. */
    struct slice nodes[FORWARDED_NODES_MAX];
    uint32_t node_count;
    struct slice proto; /* how our sender was asked: "http" or "https"; empty: not said */
    struct slice host;  /* by which name; empty: not said */
};

/* Of a head that was parsed: its bytes, and its fields. */
void forwarded_read(const char *bytes, const struct http_field *fields, uint16_t count,
                    struct forwarded *forwarded);
/* A node without its port and brackets. */
struct slice forwarded_node_name(struct slice node);
/* Its 16 bytes, of IPv4 as ::ffff:a.b.c.d. False: it is no address. */
bool forwarded_node_address(struct slice node, unsigned char bytes[16]) MUST_USE;

#endif
