/* --set KEY=VALUE: a shop file's text with another value at a key, as if somebody had edited it. */
#ifndef ECLUSE_COMMANDS_SHOP_SET_H
#define ECLUSE_COMMANDS_SHOP_SET_H

#include "base/status.h"

#include <stddef.h>

/* `setting` is KEY=VALUE; the key's parts are joined by dots, an entry of a list is its number from
 * 1: "work_centers.packing.people=3", "staffing.1.people=-2". The value stands as YAML has it, in
 * one line. A section that is absent (all of it is as by default) is made. *text (malloc'd,
 * terminated) becomes another. STATUS_INVALID: no such place; what is at it is then read like any
 * shop file. */
enum status shop_text_set(char **text, size_t *length, const char *path, const char *setting,
                          struct fault *fault) MUST_USE;

#endif
