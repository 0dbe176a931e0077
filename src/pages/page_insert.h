/* The date on the shop's own product pages, without a change of its theme: the proxy puts the
 * element and its script (docs/connect.md) into those that the shop file (site: inject) or the
 * preset names. */
#ifndef ECLUSE_PAGES_PAGE_INSERT_H
#define ECLUSE_PAGES_PAGE_INSERT_H

#include "door/upstream.h"
#include "gate/rules.h"

/* Before door_forward. The rules' shop file outlives the request. */
void page_insert(const struct rules *rules, struct door_request *request);

#endif
