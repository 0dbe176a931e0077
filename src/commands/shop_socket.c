/* A connection to the server of this machine: one libcurl handle, kept open for several requests
 * (an import sends many).
 *
 * Whoever may open the socket file (mode 0600: the owner of the database) is the machine's own
 * staff; no password. */
#include "commands/shop_socket.h"

#include "pages/control.h"

#include <curl/curl.h>
#include <stdlib.h>

enum { CONNECT_MS_MAX = 5000, ANSWER_SECONDS_MAX = 600 };

struct shop_socket {
    CURL *curl;
    struct curl_slist *headers;
    char error[CURL_ERROR_SIZE];
};

static size_t body_receive(char *bytes, size_t size, size_t count, void *context)
{
    struct text *answer = context;
    text_append(answer, bytes, size * count);
    return answer->overflow ? 0 : size * count;
}

void shop_socket_close(struct shop_socket *socket)
{
    if (socket == NULL) {
        return;
    }
    curl_slist_free_all(socket->headers);
    curl_easy_cleanup(socket->curl);
    free(socket);
}

static bool socket_set_up(struct shop_socket *socket, const char *socket_path)
{
    socket->curl = curl_easy_init();
    socket->headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (socket->curl == NULL || socket->headers == NULL) {
        return false;
    }
    /* "Expect: 100-continue" would cost a large import a round trip for nothing. */
    struct curl_slist *more = curl_slist_append(socket->headers, "Expect:");
    CURL *curl = socket->curl;
    return more != NULL &&
           curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, socket->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, socket->error) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS_MAX) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ANSWER_SECONDS_MAX) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_receive) == CURLE_OK;
}

enum status shop_socket_open(const char *socket_path, struct shop_socket **socket,
                             struct fault *fault)
{
    static const struct slice ping = SLICE("{\"command\":\"ping\"}");
    struct shop_socket *made = calloc(1, sizeof *made);
    if (made == NULL || !socket_set_up(made, socket_path)) {
        shop_socket_close(made);
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the connection to the server; free some");
    }
    struct text answer;
    text_init(&answer, 65536);
    int http = 0;
    enum status status = shop_socket_post(made, CONTROL_PATH, ping, &answer, &http, fault);
    text_free(&answer);
    if (status == STATUS_OK && http != 200) {
        status = fault_set(fault, STATUS_UNAVAILABLE,
                           "what listens on %s is no Écluse (it answers %d)", socket_path, http);
    }
    if (status != STATUS_OK) {
        shop_socket_close(made);
        return status;
    }
    *socket = made;
    return STATUS_OK;
}

enum status shop_socket_post(struct shop_socket *socket, const char *path, struct slice body,
                             struct text *answer, int *http, struct fault *fault)
{
    char url[256];
    long code = 0;
    (void)snprintf(url, sizeof url, "http://localhost%s", path);
    text_clear(answer);
    socket->error[0] = '\0';
    CURL *curl = socket->curl;
    bool ready =
        curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.length) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK;
    if (!ready) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the request to the server; free some");
    }
    CURLcode result = curl_easy_perform(curl);
    if (result != CURLE_OK) {
        return fault_set(fault, STATUS_UNAVAILABLE,
                         "the server does not answer on its socket (%s); try again",
                         socket->error[0] != '\0' ? socket->error : curl_easy_strerror(result));
    }
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    *http = (int)code;
    return STATUS_OK;
}
