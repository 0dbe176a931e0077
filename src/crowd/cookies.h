/* The cookies of one visitor, as they are sent: "a=1; b=2" in one malloc'd string, NULL for none.
 *
 * Paths, ages and the like are not looked at: the crowd stays on one site and leaves soon. */
#ifndef ECLUSE_CROWD_COOKIES_H
#define ECLUSE_CROWD_COOKIES_H

#include "base/slice.h"

/* Sets "name=value"; one of the same name is replaced, an empty value takes it away. What would go
 * over LIMIT_CROWD_COOKIE_BYTES, or finds no memory, changes nothing. Returns the string that now
 * holds them; the old one is freed. */
char *crowd_cookies_set(char *cookies, struct slice cookie);

#endif
