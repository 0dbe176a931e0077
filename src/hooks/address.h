/* Which addresses a webhook may go to. */
#ifndef ECLUSE_HOOKS_ADDRESS_H
#define ECLUSE_HOOKS_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* A host of the public internet: no loopback, private, link-local, shared, documentation, multicast
 * or reserved address, also not inside an IPv6 address that stands for one of IPv4. */
bool hook_address_public(const struct sockaddr *address);

#endif
