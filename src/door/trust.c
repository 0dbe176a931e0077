/* Addresses and networks, IPv4 and IPv6 in one form. */
#include "door/trust.h"

#include "base/decimal.h"
#include "door/forwarded.h"

static bool bit_of(const unsigned char address[16], uint32_t bit)
{
    return (address[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

/* Does anything stand behind the network's bits? */
static bool has_host(const struct door_network *network)
{
    for (uint32_t bit = network->bits; bit < 128; bit++) {
        if (bit_of(network->address, bit)) {
            return true;
        }
    }
    return false;
}

bool door_trust_add(struct door_trust *trust, struct slice text)
{
    struct slice rest;
    struct slice address = slice_cut(text, '/', &rest);
    bool ipv6 = address.length > 0 && memchr(address.data, ':', address.length) != NULL;
    int64_t most = ipv6 ? 128 : 32;
    int64_t bits = most;
    struct door_network network;
    /* Neither port nor brackets nor blanks, which nodes may have. */
    bool plain = slice_trim(address).length == address.length &&
                 forwarded_node_name(address).length == address.length;
    if (trust->count == DOOR_TRUST_MAX || !plain ||
        !forwarded_node_address(address, network.address) ||
        (rest.data != NULL && decimal_read(rest, 0, &bits) != DECIMAL_OK) || bits < 0 ||
        bits > most) {
        return false;
    }
    network.bits = (uint32_t)(128 - most + bits);
    if (has_host(&network)) {
        return false;
    }
    trust->networks[trust->count++] = network;
    return true;
}

static bool network_has(const struct door_network *network, const unsigned char address[16])
{
    for (uint32_t bit = 0; bit < network->bits; bit++) {
        if (bit_of(network->address, bit) != bit_of(address, bit)) {
            return false;
        }
    }
    return true;
}

bool door_trust_has(const struct door_trust *trust, const unsigned char address[16])
{
    for (uint32_t i = 0; i < trust->count; i++) {
        if (network_has(&trust->networks[i], address)) {
            return true;
        }
    }
    return false;
}
