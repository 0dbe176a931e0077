/* Whom a request counts as when limits are asked, and how many connections one may have.
 *
 *   the peer's address -> its key (/64 of IPv6) and its network's (/24, /48) -> counted while open
 *   a proxy on this machine -> the last address of X-Forwarded-For, which is the one that it saw
 *
 * What a stranger writes in X-Forwarded-For is not read. A subscriber of IPv6 has a /64 at least,
 * so single addresses of one mean nothing; /48 is the largest that one customer usually gets, and
 * /24 the smallest block of IPv4 that is routed by itself (RFC 6177, RIPE-690).
 *
 * Over the first share, an address' replies close their connections, so that 5,000 people behind
 * one address hold a place only while they ask; at the second, its newcomers are turned away. A
 * network has its own, so that a few addresses beside each other cannot take all. */
#include "door/bytes.h"
#include "door/connection.h"

enum {
    MAPPED = 0xffff, /* ::ffff:a.b.c.d */
    ADDRESS_CHARACTERS = 45,
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

/* The address without a port: "1.2.3.4:80", "[::1]:80"; some proxies write it. */
static struct slice port_strip(struct slice text)
{
    struct slice rest;
    if (text.length > 0 && text.data[0] == '[') {
        struct slice inner = {text.data + 1, text.length - 1};
        return slice_cut(inner, ']', &rest);
    }
    struct slice host = slice_cut(text, ':', &rest);
    bool one_colon = rest.length > 0 && memchr(rest.data, ':', rest.length) == NULL;
    return one_colon ? host : text;
}

/* What is no address counts as one and the same. */
static struct door_client client_read(struct slice text)
{
    char name[ADDRESS_CHARACTERS + 1];
    unsigned char bytes[16] = {[10] = 0xff, [11] = 0xff};
    struct slice address = port_strip(slice_trim(text));
    if (address.length == 0 || address.length > ADDRESS_CHARACTERS) {
        return (struct door_client){.exempt = false};
    }
    memcpy(name, address.data, address.length);
    name[address.length] = '\0';
    if (uv_inet_pton(AF_INET, name, bytes + 12) != 0 && uv_inet_pton(AF_INET6, name, bytes) != 0) {
        return (struct door_client){.exempt = false};
    }
    return client_of((struct door_key){word_read(bytes), word_read(bytes + 8)});
}

void client_take(struct connection *connection)
{
    struct door *door = connection->door;
    if (connection->origin.local_socket) {
        connection->client = (struct door_client){.exempt = true};
        return;
    }
    connection->client = client_read(slice_of(connection->origin.address));
    if (door->options.loopback_counts) {
        connection->client.exempt = false;
    }
}

/* The last element of the last field: proxies append. */
static struct slice forwarded_last(const struct door_request *request)
{
    static const struct slice name = SLICE("x-forwarded-for");
    const char *bytes = request->input + request->start;
    for (uint16_t i = request->parser.header_count; i > 0; i--) {
        struct http_field field = request->parser.headers[i - 1];
        if (http_equal_any_case(http_span_slice(bytes, field.name), name)) {
            struct slice value = http_span_slice(bytes, field.value);
            const char *comma = memrchr(value.data, ',', value.length);
            size_t from = comma == NULL ? 0 : (size_t)(comma + 1 - value.data);
            return (struct slice){value.data + from, value.length - from};
        }
    }
    return (struct slice){NULL, 0};
}

void door_client(const struct door_request *request, struct door_client *client)
{
    *client = request->client;
    if (client->exempt) {
        struct slice forwarded = forwarded_last(request);
        if (forwarded.data != NULL) {
            *client = client_read(forwarded);
        }
    }
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
    if (client->exempt) {
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
