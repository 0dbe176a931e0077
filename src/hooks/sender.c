/* One easy handle a request, one multi handle for all; connections are kept between them.
 *
 * Where a request really goes is judged when the socket is opened, by the address itself
 * (address.h): no name, however it is looked up, leads inside. An endpoint that was added as
 * "nearby" may lead anywhere, because its owner said so. */
#include "hooks/sender.h"

#include "hooks/address.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEADER_BYTES_MAX = 512, CONNECTIONS_KEPT = 32 };

struct flight {
    struct flight *next;
    struct hook_waiting waiting;
    CURL *curl;
    struct curl_slist *headers;
    bool nearby;
    bool refused; /* by its address */
    size_t received;
    char *body;
    char error[CURL_ERROR_SIZE];
};

struct sender {
    CURLM *multi;
    struct flight *flights;
    void (*done)(void *context, const struct hook_waiting *waiting,
                 const struct hook_outcome *outcome);
    void *context;
};

/* ---- the URL ---- */

static bool url_part(CURLU *url, CURLUPart which, struct slice wanted)
{
    char *part = NULL;
    bool same =
        curl_url_get(url, which, &part, 0) == CURLUE_OK && slice_equal(slice_of(part), wanted);
    curl_free(part);
    return same;
}

static bool url_has(CURLU *url, CURLUPart which)
{
    char *part = NULL;
    bool has = curl_url_get(url, which, &part, 0) == CURLUE_OK;
    curl_free(part);
    return has;
}

enum status hook_url_check(const char *url, bool nearby, struct fault *fault)
{
    CURLU *parsed = curl_url();
    bool read = strlen(url) < LIMIT_HOOK_URL_BYTES && parsed != NULL &&
                curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK;
    bool https = read && url_part(parsed, CURLUPART_SCHEME, SLICE("https"));
    bool http = read && url_part(parsed, CURLUPART_SCHEME, SLICE("http"));
    bool named = read && (url_has(parsed, CURLUPART_USER) || url_has(parsed, CURLUPART_PASSWORD) ||
                          url_has(parsed, CURLUPART_FRAGMENT));
    curl_url_cleanup(parsed);
    if ((!https && !http) || named) {
        return fault_set(
            fault, STATUS_INVALID,
            "%.200s: write a URL as https://shop.example/hooks, without user, password "
            "or fragment, of at most %d bytes",
            url, LIMIT_HOOK_URL_BYTES - 1);
    }
    return https || nearby
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID,
                           "%.200s: only https:// leaves this machine's network; with --nearby, "
                           "http:// may be used in it",
                           url);
}

/* ---- one request ---- */

static size_t answer_take(char *bytes, size_t size, size_t count, void *context)
{
    struct flight *flight = context;
    (void)bytes;
    flight->received += size * count;
    return flight->received > LIMIT_HOOK_ANSWER_BYTES ? 0 : size * count;
}

static curl_socket_t socket_make(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *flight = context;
    (void)purpose;
    if (!flight->nearby && !hook_address_public(&address->addr)) {
        flight->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool header_add(struct flight *flight, const char *line)
{
    struct curl_slist *more = curl_slist_append(flight->headers, line);
    flight->headers = more != NULL ? more : flight->headers;
    return more != NULL;
}

/* While a secret rotates, both sign; the receiver takes whichever it knows. */
static void signatures_append(struct text *to, const struct hook_request *request)
{
    const struct hook_endpoint *endpoint = request->endpoint;
    hook_signature_append(to, endpoint->secret, HOOK_SECRET_BYTES, request->id, request->now,
                          request->body);
    if (request->now < endpoint->old_until) {
        text_append_char(to, ' ');
        hook_signature_append(to, endpoint->old_secret, HOOK_SECRET_BYTES, request->id,
                              request->now, request->body);
    }
}

static bool headers_add(struct flight *flight, const struct hook_request *request)
{
    char line[HEADER_BYTES_MAX];
    struct text signature;
    text_init(&signature, HEADER_BYTES_MAX);
    text_append_string(&signature, "webhook-signature: ");
    signatures_append(&signature, request);
    bool added = !signature.overflow && header_add(flight, signature.bytes) &&
                 header_add(flight, "Content-Type: application/json") &&
                 header_add(flight, "Expect:");
    (void)snprintf(line, sizeof line, "webhook-id: %s", request->id);
    added = added && header_add(flight, line);
    (void)snprintf(line, sizeof line, "webhook-timestamp: %lld", (long long)request->now);
    added = added && header_add(flight, line);
    text_free(&signature);
    return added;
}

/* Each of these options is known to the library that we are built with: only memory may lack. */
static bool options_set(struct flight *flight, const struct hook_request *request)
{
    CURL *curl = flight->curl;
    return curl_easy_setopt(curl, CURLOPT_URL, request->endpoint->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, flight->nearby ? "http,https" : "https") ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)LIMIT_HOOK_CONNECT_MS) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)LIMIT_HOOK_ANSWER_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "Ecluse/" ECLUSE_VERSION) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, flight->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, flight->body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, answer_take) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, flight) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, socket_make) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, flight) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, flight->error) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PRIVATE, flight) == CURLE_OK;
}

static void flight_close(struct flight *flight)
{
    if (flight != NULL) {
        curl_easy_cleanup(flight->curl);
        curl_slist_free_all(flight->headers);
        free(flight->body);
        free(flight);
    }
}

/* NULL: no memory. */
static struct flight *flight_open(const struct hook_request *request)
{
    struct flight *flight = calloc(1, sizeof *flight);
    if (flight == NULL) {
        return NULL;
    }
    flight->nearby = request->endpoint->nearby;
    flight->curl = curl_easy_init();
    flight->body = malloc(request->body.length + 1);
    if (flight->curl != NULL && flight->body != NULL) {
        memcpy(flight->body, request->body.data, request->body.length);
        if (headers_add(flight, request) && options_set(flight, request)) {
            return flight;
        }
    }
    flight_close(flight);
    return NULL;
}

/* An answer that is cut because it is too long has arrived all the same. */
static void outcome_read(struct flight *flight, CURLcode result, struct hook_outcome *outcome)
{
    long status = 0;
    curl_off_t wait = 0;
    *outcome = (struct hook_outcome){.status = 0};
    (void)curl_easy_getinfo(flight->curl, CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_OK || flight->received > LIMIT_HOOK_ANSWER_BYTES) {
        outcome->status = (int)status;
        (void)curl_easy_getinfo(flight->curl, CURLINFO_RETRY_AFTER, &wait);
        outcome->retry_after = wait > 0 ? wait : 0;
        if (!hook_arrived(outcome)) {
            (void)snprintf(outcome->error, sizeof outcome->error, "answered %ld", status);
        }
    } else if (flight->refused) {
        (void)snprintf(outcome->error, sizeof outcome->error,
                       "its address is in a private network; if that is meant, add it with "
                       "--nearby");
    } else {
        (void)snprintf(outcome->error, sizeof outcome->error, "%.190s",
                       flight->error[0] != '\0' ? flight->error : curl_easy_strerror(result));
    }
}

/* ---- many ---- */

struct sender *sender_open(void (*done)(void *context, const struct hook_waiting *waiting,
                                        const struct hook_outcome *outcome),
                           void *context)
{
    struct sender *sender = calloc(1, sizeof *sender);
    if (sender == NULL) {
        return NULL;
    }
    sender->multi = curl_multi_init();
    if (sender->multi == NULL) {
        free(sender);
        return NULL;
    }
    (void)curl_multi_setopt(sender->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    sender->done = done;
    sender->context = context;
    return sender;
}

void sender_close(struct sender *sender)
{
    if (sender == NULL) {
        return;
    }
    while (sender->flights != NULL) {
        struct flight *flight = sender->flights;
        sender->flights = flight->next;
        (void)curl_multi_remove_handle(sender->multi, flight->curl);
        flight_close(flight);
    }
    (void)curl_multi_cleanup(sender->multi);
    free(sender);
}

bool sender_add(struct sender *sender, const struct hook_request *request,
                const struct hook_waiting *waiting)
{
    struct flight *flight = flight_open(request);
    if (flight == NULL || curl_multi_add_handle(sender->multi, flight->curl) != CURLM_OK) {
        flight_close(flight);
        return false;
    }
    flight->waiting = *waiting;
    flight->next = sender->flights;
    sender->flights = flight;
    return true;
}

bool sender_has(const struct sender *sender, int64_t endpoint, int64_t message)
{
    const struct flight *flight = sender->flights;
    while (flight != NULL &&
           (flight->waiting.endpoint != endpoint || flight->waiting.message.number != message)) {
        flight = flight->next;
    }
    return flight != NULL;
}

uint32_t sender_count(const struct sender *sender, int64_t endpoint)
{
    uint32_t count = 0;
    for (const struct flight *flight = sender->flights; flight != NULL; flight = flight->next) {
        count += endpoint == 0 || flight->waiting.endpoint == endpoint;
    }
    return count;
}

static void flight_land(struct sender *sender, struct flight *landed, CURLcode result)
{
    struct hook_outcome outcome;
    struct flight **at = &sender->flights;
    while (*at != landed) {
        at = &(*at)->next;
    }
    *at = landed->next;
    outcome_read(landed, result, &outcome);
    (void)curl_multi_remove_handle(sender->multi, landed->curl);
    sender->done(sender->context, &landed->waiting, &outcome);
    flight_close(landed);
}

void sender_turn(struct sender *sender, int wait_ms)
{
    int running = 0;
    int left = 0;
    (void)curl_multi_poll(sender->multi, NULL, 0, wait_ms, NULL);
    (void)curl_multi_perform(sender->multi, &running);
    const CURLMsg *message = curl_multi_info_read(sender->multi, &left);
    while (message != NULL) {
        if (message->msg == CURLMSG_DONE) {
            char *flight = NULL;
            CURLcode result = message->data.result;
            (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &flight);
            flight_land(sender, (struct flight *)(void *)flight, result);
        }
        message = curl_multi_info_read(sender->multi, &left);
    }
}

void sender_once(const struct hook_request *request, struct hook_outcome *outcome)
{
    struct flight *flight = flight_open(request);
    *outcome = (struct hook_outcome){.status = 0};
    if (flight == NULL) {
        (void)snprintf(outcome->error, sizeof outcome->error, "no memory for the request");
        return;
    }
    outcome_read(flight, curl_easy_perform(flight->curl), outcome);
    flight_close(flight);
}
