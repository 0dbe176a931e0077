/* libcurl's multi interface: connections are pooled and kept alive as a browser would, a request is
 * an easy handle.
 *
 * A thread for each visitor was rejected: six thousand of them would measure the machine's
 * scheduler. */
#include "commands/demo_http.h"

#include <curl/curl.h>
#include <stdlib.h>

enum { CONNECTIONS_MAX = 256, TIMEOUT_SECONDS = 15, ANSWER_BYTES_MAX = 4 * 1024 * 1024 };

struct demo_http {
    CURLM *multi;
};

struct demo_request {
    struct demo_http *http;
    CURL *curl;
    struct curl_slist *headers;
    struct text body;
    bool under_way;
    void (*done)(void *context, const struct demo_answer *answer);
    void *context;
};

enum status demo_http_open(struct demo_http **http, struct fault *fault)
{
    struct demo_http *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->multi = curl_multi_init();
    }
    if (made == NULL || made->multi == NULL) {
        free(made);
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the visitors; free some and try again");
    }
    (void)curl_multi_setopt(made->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MAX);
    (void)curl_multi_setopt(made->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
    *http = made;
    return STATUS_OK;
}

void demo_http_close(struct demo_http *http)
{
    if (http != NULL) {
        (void)curl_multi_cleanup(http->multi);
        free(http);
    }
}

static size_t body_receive(char *bytes, size_t size, size_t count, void *context)
{
    struct demo_request *request = context;
    text_append(&request->body, bytes, size * count);
    return request->body.overflow ? 0 : size * count;
}

struct demo_request *
demo_request_open(struct demo_http *http,
                  void (*done)(void *context, const struct demo_answer *answer), void *context)
{
    struct demo_request *request = calloc(1, sizeof *request);
    CURL *curl = curl_easy_init();
    if (request == NULL || curl == NULL) {
        free(request);
        curl_easy_cleanup(curl);
        return NULL;
    }
    *request = (struct demo_request){.http = http, .curl = curl, .done = done, .context = context};
    text_init(&request->body, ANSWER_BYTES_MAX);
    (void)curl_easy_setopt(curl, CURLOPT_PRIVATE, request);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_receive);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, request);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    return request;
}

void demo_request_close(struct demo_request *request)
{
    if (request == NULL) {
        return;
    }
    if (request->under_way) {
        (void)curl_multi_remove_handle(request->http->multi, request->curl);
    }
    curl_easy_cleanup(request->curl);
    curl_slist_free_all(request->headers);
    text_free(&request->body);
    free(request);
}

static bool headers_set(struct demo_request *request, const char *const *headers, bool has_body)
{
    struct curl_slist *list = NULL;
    if (has_body) {
        list = curl_slist_append(NULL, "Content-Type: application/json");
    }
    for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
        struct curl_slist *longer = curl_slist_append(list, headers[i]);
        if (longer == NULL) {
            curl_slist_free_all(list);
            return false;
        }
        list = longer;
    }
    curl_slist_free_all(request->headers);
    request->headers = list;
    return curl_easy_setopt(request->curl, CURLOPT_HTTPHEADER, list) == CURLE_OK;
}

bool demo_request_send(struct demo_request *request, const char *url, const char *body,
                       const char *const *headers)
{
    CURL *curl = request->curl;
    text_clear(&request->body);
    bool ready =
        headers_set(request, headers, body != NULL) &&
        curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
        (body == NULL ? curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK
                      : curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
                            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, -1L) == CURLE_OK &&
                            curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body) == CURLE_OK);
    request->under_way = ready && curl_multi_add_handle(request->http->multi, curl) == CURLM_OK;
    return request->under_way;
}

static void request_finish(struct demo_http *http, CURL *curl, CURLcode result)
{
    struct demo_request *request = NULL;
    long code = 0;
    curl_off_t microseconds = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&request);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    (void)curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &microseconds);
    (void)curl_multi_remove_handle(http->multi, curl);
    request->under_way = false;
    /* A status line without its whole body is no answer. */
    const struct demo_answer answer = {.http = result == CURLE_OK ? (int)code : 0,
                                       .body = text_slice(&request->body),
                                       .microseconds = (uint64_t)microseconds};
    request->done(request->context, &answer);
}

void demo_http_step(struct demo_http *http, int milliseconds)
{
    int running = 0;
    int left = 0;
    CURLMsg *message;
    (void)curl_multi_perform(http->multi, &running);
    (void)curl_multi_poll(http->multi, NULL, 0, milliseconds, NULL);
    (void)curl_multi_perform(http->multi, &running);
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            request_finish(http, message->easy_handle, message->data.result);
        }
    }
}
