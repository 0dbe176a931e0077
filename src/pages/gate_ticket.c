/* ticket -> payload -> MAC -> hexadecimal, and back. A day's key is HMAC(secret, "ecluse ticket
 * key", day). */
#include "pages/gate_ticket.h"

#include "base/bytes.h"
#include "base/calendar.h"
#include "base/text.h"

#include <openssl/crypto.h>

enum { VERSION = 1, PAYLOAD_BYTES = 23, MAC_BYTES = 16, TICKET_BYTES = PAYLOAD_BYTES + MAC_BYTES };

static const char name[] = "ecluse ticket";

static uint16_t day_of(int64_t now)
{
    return (uint16_t)(now / DAY_SECONDS);
}

static void key_take(struct gate_keys *keys, uint16_t day)
{
    static const char label[] = "ecluse ticket key";
    unsigned char message[sizeof label + sizeof day];
    unsigned char mac[HMAC_BYTES];
    memcpy(message, label, sizeof label);
    bytes_put_u16(message + sizeof label, day);
    hmac_compute(&keys->root, (struct slice){(const char *)message, sizeof message}, mac);
    hmac_key_init(&keys->key, (struct slice){(const char *)mac, sizeof mac});
    keys->day = day;
}

void gate_keys_init(struct gate_keys *keys, const unsigned char secret[GATE_SECRET_BYTES])
{
    hmac_key_init(&keys->root, (struct slice){(const char *)secret, GATE_SECRET_BYTES});
    key_take(keys, 0);
}

static void ticket_mac(struct gate_keys *keys, uint16_t day,
                       const unsigned char payload[PAYLOAD_BYTES], unsigned char mac[HMAC_BYTES])
{
    unsigned char message[1 + sizeof name + 1 + PAYLOAD_BYTES];
    message[0] = sizeof name;
    memcpy(message + 1, name, sizeof name);
    message[1 + sizeof name] = PAYLOAD_BYTES;
    memcpy(message + 2 + sizeof name, payload, PAYLOAD_BYTES);
    if (day != keys->day) {
        key_take(keys, day);
    }
    hmac_compute(&keys->key, (struct slice){(const char *)message, sizeof message}, mac);
}

void gate_ticket_write(struct gate_keys *keys, int64_t now, const struct gate_ticket *ticket,
                       char text[GATE_TICKET_CHARACTERS + 1])
{
    unsigned char bytes[PAYLOAD_BYTES + HMAC_BYTES];
    bytes[0] = VERSION;
    bytes_put_u16(bytes + 1, day_of(now));
    bytes_put_u32(bytes + 3, ticket->line);
    bytes_put_u32(bytes + 7, ticket->number);
    bytes_put_u32(bytes + 11, ticket->issued);
    bytes_put_u32(bytes + 15, ticket->announced);
    bytes_put_u32(bytes + 19, ticket->entered);
    ticket_mac(keys, day_of(now), bytes, bytes + PAYLOAD_BYTES);
    hex_write(text, bytes, TICKET_BYTES);
}

bool gate_ticket_read(struct gate_keys *keys, int64_t now, struct slice text,
                      struct gate_ticket *ticket)
{
    unsigned char bytes[TICKET_BYTES];
    unsigned char mac[HMAC_BYTES];
    if (!hex_read(text, bytes, TICKET_BYTES) || bytes[0] != VERSION) {
        return false;
    }
    int32_t day = bytes_get_u16(bytes + 1);
    int32_t distance = day - day_of(now);
    if (distance < -GATE_TICKET_DAYS || distance > GATE_TICKET_DAYS) {
        return false;
    }
    ticket_mac(keys, (uint16_t)day, bytes, mac);
    if (CRYPTO_memcmp(mac, bytes + PAYLOAD_BYTES, MAC_BYTES) != 0) {
        return false;
    }
    *ticket = (struct gate_ticket){.line = bytes_get_u32(bytes + 3),
                                   .number = bytes_get_u32(bytes + 7),
                                   .issued = bytes_get_u32(bytes + 11),
                                   .announced = bytes_get_u32(bytes + 15),
                                   .entered = bytes_get_u32(bytes + 19)};
    return true;
}
