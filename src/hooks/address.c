/* The special-purpose registries of IANA (RFC 6890 and its updates), as two tables of prefixes. It
 * is asked about the very address that a connection is about to be made to, after the name was
 * looked up: a name that is public now and private a moment later passes nothing. */
#include "hooks/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct prefix4 {
    uint32_t address;
    uint32_t bits;
};

static const struct prefix4 special4[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
    {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
    {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3},
};

/* Only 2000::/3 is public, less these. */
struct prefix6 {
    unsigned char bytes[4];
    uint32_t bits;
};

static const struct prefix6 special6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23}, /* protocol assignments, Teredo among them */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x3f, 0xff, 0x00, 0x00}, 20},
};

static bool public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++) {
        if ((address ^ special4[i].address) >> (32 - special4[i].bits) == 0) {
            return false;
        }
    }
    return true;
}

static uint32_t number4(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool public6(const unsigned char bytes[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const unsigned char translated[12] = {0x00, 0x64, 0xff, 0x9b};
    if (memcmp(bytes, mapped, sizeof mapped) == 0 ||
        memcmp(bytes, translated, sizeof translated) == 0) {
        return public4(number4(bytes + 12));
    }
    if (bytes[0] == 0x20 && bytes[1] == 0x02) { /* 6to4 */
        return public4(number4(bytes + 2));
    }
    for (size_t i = 0; i < sizeof special6 / sizeof *special6; i++) {
        if ((number4(bytes) ^ number4(special6[i].bytes)) >> (32 - special6[i].bits) == 0) {
            return false;
        }
    }
    return (bytes[0] & 0xe0) == 0x20;
}

bool hook_address_public(const struct sockaddr *address)
{
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
    if (address->sa_family == AF_INET) {
        memcpy(&in4, address, sizeof in4);
        return public4(ntohl(in4.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        return public6(in6.sin6_addr.s6_addr);
    }
    return false;
}
