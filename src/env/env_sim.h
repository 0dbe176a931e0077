/* A simulated machine for tests: a clock that is set, entropy from a seed, and a disk that fills
 * up, fails, tears a write or loses power at a chosen operation - under the real SQLite and on real
 * files.
 *
 * Operations are writes, truncations and fsyncs, counted from 1 since the last env_sim_fault. Until
 * a file is fsync'd, what was written to it may be lost: after a crash env_sim_restart keeps, drops
 * or tears each such write by the seed's dice, as a disk might. */
#ifndef ECLUSE_ENV_ENV_SIM_H
#define ECLUSE_ENV_ENV_SIM_H

#include "env/env.h"

#include <stdbool.h>

enum env_sim_fault {
    SIM_NONE,
    SIM_FULL,  /* this and each later write that makes a file longer finds no room, until
                  env_sim_room */
    SIM_WRITE, /* this operation fails with an I/O error, later ones work */
    SIM_SYNC,  /* the next fsync from this operation on fails, later ones work */
    SIM_TORN,  /* a part of this write reaches the disk, then the power fails */
    SIM_CRASH  /* the power fails before this operation */
};

/* NULL without memory. Its VFS is registered until env_sim_free. */
struct env *env_sim_create(uint64_t seed, int64_t now);
void env_sim_free(struct env *env);

void env_sim_set_now(struct env *env, int64_t now);
/* From now on the disk says that a write at which the power fails leaves the bytes around it alone,
 * as Linux does: SQLite then fills no sector up behind a commit. */
void env_sim_powersafe(struct env *env);
/* The clock for durations goes on by that much. */
void env_sim_pass(struct env *env, uint64_t nanoseconds);
/* Counts operations from 1 again; the `at`-th brings the fault. */
void env_sim_fault(struct env *env, enum env_sim_fault fault, uint64_t at);
/* Operations since then. */
uint64_t env_sim_operations(const struct env *env);
/* Whether the fault has come. */
bool env_sim_struck(const struct env *env);
/* There is room on the disk again. */
void env_sim_room(struct env *env);
/* The power is back: every file is as the disk kept it. All connections must have been closed. */
void env_sim_restart(struct env *env);

#endif
