/* The secrets with which the shop behind signs what it says of its orders.
 *
 * They come from the environment, ECLUSE_WOOCOMMERCE_SECRET and ECLUSE_SHOPIFY_SECRET: neither the
 * database, nor its backups, nor the list of processes has them. */
#ifndef ECLUSE_COMMANDS_SERVE_SECRETS_H
#define ECLUSE_COMMANDS_SERVE_SECRETS_H

#include "pages/sold_read.h"

/* Empty slices where there is none; STATUS_INVALID where one is too short to protect anything. */
enum status serve_secrets_read(struct slice secrets[SOLD_SYSTEMS], struct fault *fault) MUST_USE;
/* Is there any? */
bool serve_hears(const struct slice secrets[SOLD_SYSTEMS]);

#endif
