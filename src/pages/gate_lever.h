/* What staff may do to the gate, moved at once, and said in a sentence for the table of who did
 * what. The same for the page and the API. */
#ifndef ECLUSE_PAGES_GATE_LEVER_H
#define ECLUSE_PAGES_GATE_LEVER_H

#include "pages/control_gate.h"

enum { GATE_LEVER_BYTES = 128 };

struct gate_lever {
    bool pauses, paused; /* the first: is it said? */
    bool opens, open;
    bool caps;
    uint64_t cap; /* thousandths of a visitor a second; UINT64_MAX: what the shop file says */
};

/* A door that is open, or closed, already, stays so. */
void gate_lever_move(const struct gate_lever *lever, struct waiting *waiting,
                     char what[GATE_LEVER_BYTES]);

#endif
