/* The date on the shop's own product pages, without a change of its theme: the proxy puts the
 * element and its script (docs/connect.md) into those that the shop file (site: inject) or the
 * preset names. */
#ifndef ECLUSE_PAGES_PAGE_INSERT_H
#define ECLUSE_PAGES_PAGE_INSERT_H

#include "door/upstream.h"
#include "gate/rules.h"

/* For door_forward_insert. The rules' shop file outlives the reply. */
bool page_insert(const struct rules *rules, const struct door_request *request,
                 struct door_insert *insert);

#endif
