/* Each part is escaped into what room it has, so that no line can be longer than its parts allow.
 *
 *   "GET " -> path -> '?' -> parameter by parameter, secret values as "***" -> " HTTP/1.1"
 *
 * The address is door_client's: of IPv6 the /64, which is what limits count as one; a line so tells
 * no single device. What is no address is "-". */
#include "door/access_line.h"

#include "base/assert.h"
#include "base/calendar.h"
#include "base/text.h"
#include "door/bytes.h"

#include <inttypes.h>
#include <stdio.h>
#include <uv.h>

enum { ESCAPED_BYTES = 6, ADDRESS_BYTES = 46, METHOD_BYTES_MAX = 128, NAME_BYTES_MAX = 128 };

#define CUT "..."

/* Where the next byte goes, and where the part must end. */
struct part {
    char *at;
    char *end;
    const char *escape; /* "\\x" or "\\u00" */
    bool cut;
};

static void put(struct part *part, struct slice bytes)
{
    size_t room = (size_t)(part->end - part->at);
    part->cut = part->cut || bytes.length > room;
    if (!part->cut && bytes.length > 0) {
        memcpy(part->at, bytes.data, bytes.length);
        part->at += bytes.length;
    }
}

static bool is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* The plain bytes that it begins with, as many as there is room for. */
static size_t put_plain(struct part *part, struct slice bytes)
{
    size_t room = (size_t)(part->end - part->at);
    size_t length = 0;
    while (length < bytes.length && is_plain(bytes.data[length])) {
        length++;
    }
    part->cut = length > room;
    memcpy(part->at, bytes.data, part->cut ? room : length);
    part->at += part->cut ? room : length;
    return length;
}

static void put_escaped(struct part *part, struct slice bytes)
{
    while (bytes.length > 0 && !part->cut) {
        if (is_plain(bytes.data[0])) {
            bytes = slice_from(bytes, put_plain(part, bytes));
            continue;
        }
        char escaped[ESCAPED_BYTES + 1];
        int length = snprintf(escaped, sizeof escaped, "%s%02X", part->escape,
                              (unsigned)(unsigned char)bytes.data[0]);
        put(part, (struct slice){escaped, (size_t)length});
        bytes = slice_from(bytes, 1);
    }
}

/* A part of at most `bytes_max`; part_end gives what was used back to the line. */
static struct part part_begin(const struct part *line, size_t bytes_max)
{
    size_t room = (size_t)(line->end - line->at);
    ASSERT(bytes_max <= room);
    return (struct part){line->at, line->at + bytes_max - (sizeof CUT - 1), line->escape, false};
}

static void part_end(struct part *line, struct part *part)
{
    part->end += sizeof CUT - 1;
    if (part->cut) {
        part->cut = false;
        put(part, SLICE(CUT));
    }
    line->at = part->at;
}

/* ---- what is secret ---- */

/* "%74oken" is token for whoever reads the query. False: it does not fit. */
static bool name_plain(struct slice name, char to[NAME_BYTES_MAX + 1])
{
    size_t length = 0;
    for (size_t i = 0; i < name.length; i++) {
        int high = name.data[i] == '%' && i + 2 < name.length ? hex_digit(name.data[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(name.data[i + 2]) : -1;
        if (length == NAME_BYTES_MAX) {
            return false;
        }
        to[length++] = http_lower(low >= 0 ? (char)(high * 16 + low) : name.data[i]);
        i += low >= 0 ? 2 : 0;
    }
    to[length] = '\0';
    return true;
}

/* Of a query: whoever has such a value may do something. `key` is WooCommerce's for an order and
 * for a new password. */
static bool is_secret(struct slice name)
{
    static const char *const words[] = {"token", "secret", "passw", "nonce", "_key"};
    char plain[NAME_BYTES_MAX + 1];
    if (!name_plain(name, plain) || strcmp(plain, "key") == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(plain, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void put_query(struct part *part, struct slice query)
{
    for (bool first = true; query.length > 0; first = false) {
        struct slice value = {NULL, 0};
        struct slice parameter = slice_cut(query, '&', &query);
        struct slice name = slice_cut(parameter, '=', &value);
        put(part, first ? SLICE("") : SLICE("&"));
        put_escaped(part, name);
        if (value.data != NULL) {
            put(part, SLICE("="));
            if (is_secret(name)) {
                put(part, SLICE("***"));
            } else {
                put_escaped(part, value);
            }
        }
    }
}

static void put_target(struct part *line, struct slice path, struct slice query, size_t bytes_max)
{
    struct part part = part_begin(line, bytes_max);
    put_escaped(&part, path);
    if (query.length > 0) {
        put(&part, SLICE("?"));
        put_query(&part, query);
    }
    part_end(line, &part);
}

static void put_referrer(struct part *line, struct slice referrer)
{
    struct slice query;
    struct slice path = slice_cut(referrer, '?', &query);
    put_target(line, path, query, ACCESS_REFERRER_BYTES_MAX);
}

static void put_agent(struct part *line, struct slice agent)
{
    struct part part = part_begin(line, ACCESS_AGENT_BYTES_MAX);
    put_escaped(&part, agent);
    part_end(line, &part);
}

/* ---- plain parts ---- */

static void put_number(struct part *line, uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    put(line, (struct slice){digits, (size_t)length});
}

static void put_method(struct part *line, struct slice method)
{
    struct part part = part_begin(line, METHOD_BYTES_MAX);
    put_escaped(&part, method);
    part_end(line, &part);
}

static void put_client(struct part *line, struct door_key client)
{
    unsigned char bytes[16];
    char text[ADDRESS_BYTES] = "-";
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(client.high >> (56 - 8 * i));
        bytes[8 + i] = (unsigned char)(client.low >> (56 - 8 * i));
    }
    bool v4 = client.high == 0 && client.low >> 32 == 0xffff;
    if (v4) {
        (void)uv_inet_ntop(AF_INET, bytes + 12, text, sizeof text);
    } else if (client.high != 0 || client.low != 0) {
        (void)uv_inet_ntop(AF_INET6, bytes, text, sizeof text);
    }
    put(line, slice_of(text));
}

struct moment_parts {
    struct civil_date date;
    int hour, minute, second;
};

static struct moment_parts parts_of(int64_t at)
{
    int64_t seconds = at % DAY_SECONDS < 0 ? at % DAY_SECONDS + DAY_SECONDS : at % DAY_SECONDS;
    int second = (int)seconds;
    return (struct moment_parts){civil_of_day((int32_t)((at - seconds) / DAY_SECONDS)),
                                 second / 3600, second / 60 % 60, second % 60};
}

/* ---- the two formats ---- */

static void put_quoted_or_dash(struct part *line, struct slice text,
                               void (*put_text)(struct part *line, struct slice text))
{
    put(line, SLICE(" \""));
    if (text.data == NULL) {
        put(line, SLICE("-"));
    } else {
        put_text(line, text);
    }
    put(line, SLICE("\""));
}

static void combined_write(struct part *line, const struct access_entry *entry)
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const struct door_answer *answer = &entry->answer;
    struct moment_parts moment = parts_of(entry->at);
    char time[64];
    int length = snprintf(time, sizeof time, " - - [%02d/%s/%04d:%02d:%02d:%02d +0000] \"",
                          (int)moment.date.day, months[moment.date.month - 1],
                          (int)moment.date.year, moment.hour, moment.minute, moment.second);
    put_client(line, entry->client);
    put(line, (struct slice){time, (size_t)length});
    if (answer->readable) {
        put_method(line, answer->method);
        put(line, SLICE(" "));
        put_target(line, entry->path, entry->query, ACCESS_TARGET_BYTES_MAX);
        put(line, answer->version_minor == 0 ? SLICE(" HTTP/1.0") : SLICE(" HTTP/1.1"));
    } else {
        put(line, SLICE("-"));
    }
    put(line, SLICE("\" "));
    put_number(line, (uint64_t)answer->status);
    put(line, SLICE(" "));
    put_number(line, answer->body_bytes);
    put_quoted_or_dash(line, entry->referrer, put_referrer);
    put_quoted_or_dash(line, entry->agent, put_agent);
}

/* ,"key":"text", or null. */
static void put_member(struct part *line, const char *key, struct slice text,
                       void (*put_text)(struct part *line, struct slice text))
{
    put(line, SLICE(",\""));
    put(line, slice_of(key));
    if (text.data == NULL) {
        put(line, SLICE("\":null"));
        return;
    }
    put(line, SLICE("\":\""));
    put_text(line, text);
    put(line, SLICE("\""));
}

static void json_write(struct part *line, const struct access_entry *entry)
{
    const struct door_answer *answer = &entry->answer;
    struct moment_parts moment = parts_of(entry->at);
    char time[64];
    char tail[128];
    int length = snprintf(time, sizeof time, "{\"at\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"",
                          (int)moment.date.year, (int)moment.date.month, (int)moment.date.day,
                          moment.hour, moment.minute, moment.second);
    put(line, (struct slice){time, (size_t)length});
    put(line, SLICE(",\"client\":\""));
    put_client(line, entry->client);
    put(line, SLICE("\""));
    put_member(line, "method", answer->readable ? answer->method : (struct slice){NULL, 0},
               put_method);
    if (answer->readable) {
        put(line, SLICE(",\"target\":\""));
        put_target(line, entry->path, entry->query, ACCESS_TARGET_BYTES_MAX);
        put(line, answer->version_minor == 0 ? SLICE("\",\"protocol\":\"HTTP/1.0\"")
                                             : SLICE("\",\"protocol\":\"HTTP/1.1\""));
    } else {
        put(line, SLICE(",\"target\":null,\"protocol\":null"));
    }
    length = snprintf(tail, sizeof tail,
                      ",\"status\":%d,\"bytes\":%" PRIu64 ",\"milliseconds\":%" PRIu64 ".%03u",
                      answer->status, answer->body_bytes, answer->took_us / 1000,
                      (unsigned)(answer->took_us % 1000));
    put(line, (struct slice){tail, (size_t)length});
    put_member(line, "referrer", entry->referrer, put_referrer);
    put_member(line, "agent", entry->agent, put_agent);
    put(line, SLICE("}"));
}

size_t access_line_write(enum access_format format, const struct access_entry *entry,
                         char to[ACCESS_LINE_BYTES_MAX])
{
    struct part line = {to, to + ACCESS_LINE_BYTES_MAX, format == ACCESS_JSON ? "\\u00" : "\\x",
                        false};
    if (format == ACCESS_JSON) {
        json_write(&line, entry);
    } else {
        combined_write(&line, entry);
    }
    put(&line, SLICE("\n"));
    ASSERT(!line.cut);
    return (size_t)(line.at - to);
}
