/* What a cookie says of whoever sends it, by its name alone: the one table of names. A preset for
 * another shop adds its names there. */
#ifndef ECLUSE_DOOR_COOKIE_KINDS_H
#define ECLUSE_DOOR_COOKIE_KINDS_H

#include "base/slice.h"

enum cookie_kind {
    COOKIE_PERSON,  /* has a cart, a session or is signed in: nothing is kept of, or for, them */
    COOKIE_IGNORED, /* counts visits or remembers a consent; answers are the same with it */
    COOKIE_OTHER    /* may change the answer (a currency): who sends the same shares the same */
};

enum cookie_kind cookie_kind(struct slice name);

#endif
