/* Where the upstream is: its URL, and the addresses of its name.
 *
 * The name is resolved when the upstream is opened, so that a typing error is told at once, and
 * again whenever connecting has failed at every address: a shop that moves is found without a
 * restart. Names are not resolved for each connection: the resolver may take seconds. */
#include "base/assert.h"
#include "door/link.h"

#include <stdio.h>
#include <stdlib.h>

static enum status local_read(struct upstream_place *place, const char *path, struct fault *fault)
{
    if (path[0] != '/' || strlen(path) >= sizeof place->path) {
        return fault_set(
            fault, STATUS_INVALID,
            "the upstream's socket must be unix:/PATH with a path of at most %zu bytes",
            sizeof place->path - 1);
    }
    place->local = true;
    memcpy(place->path, path, strlen(path) + 1);
    memcpy(place->authority, "localhost", sizeof "localhost");
    return STATUS_OK;
}

static enum status port_read(struct upstream_place *place, struct slice port, struct fault *fault)
{
    if (port.length == 0) {
        port = SLICE("80");
    }
    char text[sizeof place->port];
    ASSERT(port.length < sizeof text);
    memcpy(text, port.data, port.length);
    text[port.length] = '\0';
    unsigned long number = strtoul(text, NULL, 10);
    if (number == 0 || number > 65535) {
        return fault_set(fault, STATUS_INVALID, "the upstream's port must be 1 to 65535, not %s",
                         text);
    }
    memcpy(place->port, text, sizeof text);
    return STATUS_OK;
}

enum status place_read(struct upstream_place *place, const char *url, struct fault *fault)
{
    static const struct slice http = SLICE("http://");
    if (strncmp(url, "unix:", 5) == 0) {
        return local_read(place, url + 5, fault);
    }
    if (strncmp(url, "https:", 6) == 0) {
        return fault_set(fault, STATUS_INVALID,
                         "the upstream %s would need TLS, which is not spoken to it: it should be "
                         "on this machine or in its own network; use http:// or unix:",
                         url);
    }
    if (strncmp(url, http.data, http.length) != 0) {
        return fault_set(fault, STATUS_INVALID,
                         "the upstream must be http://HOST:PORT or unix:/PATH, not %s", url);
    }
    struct slice authority = slice_of(url + http.length);
    if (authority.length > 0 && authority.data[authority.length - 1] == '/') {
        authority.length--;
    }
    if (!http_host_valid(authority) || authority.length >= UPSTREAM_HOST_BYTES) {
        return fault_set(fault, STATUS_INVALID,
                         "the upstream must be http://HOST:PORT without a path, not %s", url);
    }
    memcpy(place->authority, authority.data, authority.length);
    bool literal = authority.data[0] == '[';
    struct slice rest = authority;
    struct slice host = slice_cut(authority, literal ? ']' : ':', &rest);
    if (literal) {
        host.data++;
        host.length--;
        if (rest.length > 0) {
            rest.data++; /* the colon */
            rest.length--;
        }
    }
    memcpy(place->host, host.data, host.length);
    return port_read(place, rest, fault);
}

static const struct addrinfo *hints(void)
{
    static const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    return &wanted;
}

static void addresses_take(struct upstream_place *place, struct addrinfo *found)
{
    place->address_count = 0;
    place->address_good = 0;
    for (const struct addrinfo *one = found;
         one != NULL && place->address_count < UPSTREAM_ADDRESSES_MAX; one = one->ai_next) {
        if (one->ai_addrlen <= sizeof place->addresses[0]) {
            memcpy(&place->addresses[place->address_count++], one->ai_addr, one->ai_addrlen);
        }
    }
    uv_freeaddrinfo(found);
}

enum status place_resolve(struct door_upstream *upstream, struct fault *fault)
{
    struct upstream_place *place = &upstream->place;
    if (place->local) {
        place->address_count = 1;
        return STATUS_OK;
    }
    int failed = uv_getaddrinfo(&upstream->door->loop, &upstream->lookup, NULL, place->host,
                                place->port, hints());
    if (failed == 0) {
        addresses_take(place, upstream->lookup.addrinfo);
    }
    if (failed != 0 || place->address_count == 0) {
        return fault_set(fault, STATUS_UNAVAILABLE, "the upstream's name %s is not known: %s",
                         place->host, failed != 0 ? uv_strerror(failed) : "no address");
    }
    return STATUS_OK;
}

static void on_resolved(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
    struct door_upstream *upstream = lookup->data;
    upstream->looking = false;
    if (status == 0 && found != NULL) {
        addresses_take(&upstream->place, found);
    }
}

void place_resolve_again(struct door_upstream *upstream)
{
    struct upstream_place *place = &upstream->place;
    if (place->local || upstream->looking || upstream->closing) {
        return;
    }
    upstream->lookup.data = upstream;
    upstream->looking = uv_getaddrinfo(&upstream->door->loop, &upstream->lookup, on_resolved,
                                       place->host, place->port, hints()) == 0;
}
