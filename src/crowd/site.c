/* URL -> host, port, path -> one address -> loopback or not -> the key it must serve.
 *
 * The URL goes into a request line and a Host header as it is, so only visible ASCII is taken. User
 * and password in it are refused. */
#include "crowd/site.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "base/slice.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <strings.h>

enum { PORT_DEFAULT = 80, PORT_MAX = 65535, LOOPBACK_NET = 127 };

/* Letters that end up in a request line or in Host as they are. */
static bool is_plain(struct slice slice)
{
    for (size_t i = 0; i < slice.length; i++) {
        if (slice.data[i] <= ' ' || slice.data[i] > '~') {
            return false;
        }
    }
    return true;
}

/* HOST, HOST:PORT, [IPV6], [IPV6]:PORT */
static bool authority_read(struct slice authority, struct crowd_site *site)
{
    struct slice host;
    struct slice port = {NULL, 0};
    bool bracket = authority.length > 0 && authority.data[0] == '[';
    if (bracket) {
        struct slice rest;
        host = slice_cut((struct slice){authority.data + 1, authority.length - 1}, ']', &rest);
        if (rest.data == NULL || (rest.length > 0 && rest.data[0] != ':')) {
            return false;
        }
        port = rest.length > 0 ? (struct slice){rest.data + 1, rest.length - 1} : port;
    } else {
        host = slice_cut(authority, ':', &port);
    }
    int64_t number = PORT_DEFAULT;
    if (port.data != NULL &&
        (decimal_read(port, 0, &number) != DECIMAL_OK || number < 1 || number > PORT_MAX)) {
        return false;
    }
    if (host.length == 0 || authority.length >= sizeof site->authority ||
        memchr(host.data, '@', host.length) != NULL) {
        return false;
    }
    site->port = (uint16_t)number;
    (void)snprintf(site->host, sizeof site->host, "%.*s", (int)host.length, host.data);
    (void)snprintf(site->authority, sizeof site->authority, "%.*s", (int)authority.length,
                   authority.data);
    return true;
}

enum status crowd_site_read(const char *url, struct crowd_site *site, struct fault *fault)
{
    static const char scheme[] = "http://";
    *site = (struct crowd_site){.port = PORT_DEFAULT};
    if (strncasecmp(url, "https://", 8) == 0) {
        return fault_set(fault, STATUS_INVALID,
                         "%s: a crowd speaks plain http; give the address behind the TLS proxy",
                         url);
    }
    if (strncasecmp(url, scheme, sizeof scheme - 1) != 0) {
        return fault_set(fault, STATUS_INVALID, "%s: give a URL, as http://127.0.0.1:8080/", url);
    }
    struct slice rest = slice_of(url + sizeof scheme - 1);
    size_t length = strcspn(rest.data, "/?#");
    struct slice authority = {rest.data, length};
    struct slice path = {rest.data + length, strcspn(rest.data + length, "#")};
    if (!is_plain(rest) || path.length + 2 > sizeof site->path ||
        !authority_read(authority, site)) {
        return fault_set(fault, STATUS_INVALID,
                         "%s: this is no URL of a site; write it as http://127.0.0.1:8080/", url);
    }
    (void)snprintf(site->path, sizeof site->path, "%s%.*s",
                   path.length > 0 && path.data[0] == '/' ? "" : "/", (int)path.length, path.data);
    return STATUS_OK;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == LOOPBACK_NET;
    }
    struct sockaddr_in6 in6;
    memcpy(&in6, address, sizeof in6);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) && in6.sin6_addr.s6_addr[12] == LOOPBACK_NET);
}

enum status crowd_site_find(struct crowd_site *site, struct fault *fault)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char port[8];
    (void)snprintf(port, sizeof port, "%u", (unsigned)site->port);
    int failed = getaddrinfo(site->host, port, &hints, &found);
    if (failed != 0 || found == NULL) {
        return fault_set(fault, STATUS_UNAVAILABLE, "there is no host %s (%s); check the URL",
                         site->host, gai_strerror(failed));
    }
    const struct addrinfo *chosen = found;
    while (chosen->ai_next != NULL && chosen->ai_family != AF_INET) {
        chosen = chosen->ai_next;
    }
    chosen = chosen->ai_family == AF_INET ? chosen : found;
    ASSERT(chosen->ai_addrlen <= sizeof site->address);
    memcpy(&site->address, chosen->ai_addr, chosen->ai_addrlen);
    site->is_loopback = is_loopback(chosen->ai_addr);
    freeaddrinfo(found);
    return STATUS_OK;
}

void crowd_site_key(const struct crowd_site *site, char key[CROWD_KEY_BYTES])
{
    char text[CROWD_HOST_BYTES + 64];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    (void)snprintf(text, sizeof text, "ecluse crowd, with consent of %s:%u", site->host,
                   (unsigned)site->port);
    ASSERT(EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL) == 1);
    for (uint32_t i = 0; i < CROWD_KEY_BYTES / 2; i++) {
        (void)snprintf(key + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
}
