/* What the fuzzers of strangers' bodies share: a shop with one offer, `jar`, and a request's memory. */
#ifndef ECLUSE_FUZZ_STRANGER_H
#define ECLUSE_FUZZ_STRANGER_H

#include "pages/request.h"

/* A reader with all of a megabyte free: what the reader before took is over. */
struct request_reader stranger_reader(struct problem *problem);

#endif
