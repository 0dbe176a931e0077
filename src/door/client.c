/* Whom a request counts as when limits are asked, and how many connections one may have.
 *
 *   the peer's address -> its key (/64 of IPv6) and its network's (/24, /48) -> counted while open
 *   a proxy on this machine, or one that is trusted -> the last address that it names and that is
 *   not trusted itself (forwarded.h)
 *
 * What a stranger says of itself is not read. A subscriber of IPv6 has a /64 at least,
 * so single addresses of one mean nothing; /48 is the largest that one customer usually gets, and
 * /24 the smallest block of IPv4 that is routed by itself (RFC 6177, RIPE-690).
 *
 * Over the first share, an address' replies close their connections, so that 5,000 people behind
 * one address hold a place only while they ask; at the second, its newcomers are turned away. A
 * network has its own, so that a few addresses beside each other cannot take all. */
#include "door/connection.h"

enum {
    MAPPED = 0xffff,    /* ::ffff:a.b.c.d */
    CLOSES_DIVISOR = 8, /* of all connections */
    ADDRESS_DIVISOR = 4,
    NETWORK_DIVISOR = 2
};

static uint64_t word_read(const unsigned char bytes[8])
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) {
        word = word << 8 | bytes[i];
    }
    return word;
}

static struct door_client client_of(struct door_key key)
{
    if (key.high == 0 && key.low >> 32 == MAPPED) {
        bool loopback = (key.low >> 24 & 0xff) == 127;
        return (struct door_client){
            .exempt = loopback, .address = key, .network = {0, key.low & ~UINT64_C(0xff)}};
    }
    bool loopback = key.high == 0 && key.low == 1;
    return (struct door_client){
        .exempt = loopback, .address = {key.high, 0}, .network = {key.high & ~UINT64_C(0xffff), 0}};
}

/* What is no address counts as one and the same. */
static struct door_client client_read(struct slice node)
{
    unsigned char bytes[16];
    if (!forwarded_node_address(node, bytes)) {
        return (struct door_client){.exempt = false};
    }
    return client_of((struct door_key){word_read(bytes), word_read(bytes + 8)});
}

static bool is_trusted(const struct door *door, struct slice node)
{
    unsigned char bytes[16];
    return door->options.trust.count > 0 && forwarded_node_address(node, bytes) &&
           door_trust_has(&door->options.trust, bytes);
}

void client_take(struct connection *connection)
{
    struct door *door = connection->door;
    if (connection->origin.local_socket) {
        connection->client = (struct door_client){.exempt = true};
        return;
    }
    struct slice peer = slice_of(connection->origin.address);
    connection->client = client_read(peer);
    connection->origin.trusted = is_trusted(door, peer);
    if (door->options.loopback_counts) {
        connection->client.exempt = false;
    }
}

bool door_is_believed(const struct door_request *request)
{
    const struct door_origin *origin = &request->origin;
    return origin->loopback || origin->local_socket || origin->trusted;
}

void door_forwarded_read(const struct door_request *request, struct forwarded *forwarded)
{
    if (!door_is_believed(request)) {
        *forwarded = (struct forwarded){.node_count = 0};
        return;
    }
    forwarded_read(request->input + request->start, request->parser.headers,
                   request->parser.header_count, forwarded);
}

void asker_find(struct door_request *request)
{
    struct forwarded forwarded = {.node_count = 0};
    request->asker = request->client;
    if (request->client.exempt || request->origin.trusted) {
        door_forwarded_read(request, &forwarded);
    }
    for (uint32_t i = forwarded.node_count; i > 0; i--) {
        request->asker = client_read(forwarded.nodes[i - 1]);
        if (!is_trusted(request->door, forwarded.nodes[i - 1])) {
            return;
        }
    }
}

void door_client(const struct door_request *request, struct door_client *client)
{
    *client = request->asker;
}

bool door_is_secure(const struct door_request *request)
{
    struct forwarded forwarded;
    door_forwarded_read(request, &forwarded);
    return slice_is(forwarded.proto, "https");
}

struct door_key door_peer(const struct door_request *request)
{
    return request->client.address;
}

/* ---- shares of the connections ---- */

static uint32_t count_of(const struct connection *connection, struct door_key key, bool network)
{
    /* Networks are counted beside addresses: no address ends like this. */
    return tally_count(&connection->door->tally, key.high, network ? ~key.low : key.low);
}

bool share_take(struct connection *connection)
{
    struct door *door = connection->door;
    const struct door_client *client = &connection->client;
    if (client->exempt || connection->origin.trusted) {
        return true;
    }
    uint32_t all = door->options.connections_max;
    if (count_of(connection, client->address, false) >= all / ADDRESS_DIVISOR ||
        count_of(connection, client->network, true) >= all / NETWORK_DIVISOR) {
        return false;
    }
    connection->counted = true;
    tally_add(&door->tally, client->address.high, client->address.low);
    tally_add(&door->tally, client->network.high, ~client->network.low);
    return true;
}

void share_give_back(struct connection *connection)
{
    const struct door_client *client = &connection->client;
    if (connection->counted) {
        connection->counted = false;
        tally_drop(&connection->door->tally, client->address.high, client->address.low);
        tally_drop(&connection->door->tally, client->network.high, ~client->network.low);
    }
}

bool share_is_short(const struct connection *connection)
{
    uint32_t share = connection->door->options.connections_max / CLOSES_DIVISOR;
    return connection->counted && count_of(connection, connection->client.address, false) > share;
}
