/* HTTP over the socket beside the database, by libcurl. */
#ifndef ECLUSE_COMMANDS_SHOP_SOCKET_H
#define ECLUSE_COMMANDS_SHOP_SOCKET_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"

struct shop_socket;

/* STATUS_UNAVAILABLE: nobody listens there. */
enum status shop_socket_open(const char *socket_path, struct shop_socket **socket,
                             struct fault *fault) MUST_USE;
enum status shop_socket_post(struct shop_socket *socket, const char *path, struct slice body,
                             struct text *answer, int *http, struct fault *fault) MUST_USE;
void shop_socket_close(struct shop_socket *socket);

#endif
