/* Shortens a failing story: finds few steps that, told alone, still fail with the same sentence.
 *
 * Each step draws its numbers from a generator of its own, so that leaving one out does not change
 * what the others ask. What a step chose out of what came before it (an order of earlier steps, the
 * time on the clock) is written down when the whole story is told, and read back when a part of it
 * is: the step still means that order and that instant. A story is told in a process of its own,
 * because a failed assertion ends it. */
#ifndef ECLUSE_TESTS_PROPERTY_SHRINK_H
#define ECLUSE_TESTS_PROPERTY_SHRINK_H

#include "base/random.h"

#include <stdbool.h>

/* What the story loop has in its hand: which steps are left out, what the others chose. NULL: a
 * story that is told whole and not remembered. */
struct shrink;

/* Is the step left out? */
bool shrink_leaves_out(const struct shrink *shrink, uint32_t step);
/* Are the steps to be said in words? */
bool shrink_says(const struct shrink *shrink);
/* The nth choice of a step: `chosen`, or what it was when the story was told whole. */
uint64_t shrink_choice(struct shrink *shrink, uint32_t step, uint32_t nth, uint64_t chosen);
/* The generator of one step. */
void shrink_step_seed(struct random *random, uint64_t seed, uint32_t step);

/* Tells the story of `seed`; NULL, or the sentence with which it failed at step *step. */
typedef const char *shrink_tell(uint64_t seed, uint32_t steps, struct shrink *shrink,
                                uint32_t *step);

/* Looks for the first of `runs` seeds that fails, shortens its story and prints it. False if none
 * fails. `program`: for the command that tells it again. */
bool shrink_run(const char *program, uint64_t seed, uint64_t runs, uint32_t steps,
                shrink_tell *tell);

#endif
