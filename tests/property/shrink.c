/* First the story is cut after the step that failed, then chunks of steps are left out, half as
 * long each time (Zeller's delta debugging without its complements: a story's steps need few
 * others), and at last single ones until a whole pass finds none that may go. Failing with another
 * sentence does not count: that would be another story's end. */
#include "tests/property/shrink.h"

#include "base/assert.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHOICES_MAX = 16, STEPS_MAX = 100000, SENTENCE_BYTES = 200, TRIAL_SECONDS_MAX = 60 };

struct choices {
    bool made[CHOICES_MAX];
    uint64_t values[CHOICES_MAX];
};

/* In memory that is shared with the processes that tell: they leave here how it ended. */
struct shrink {
    char sentence[SENTENCE_BYTES]; /* "": it did not fail */
    uint32_t step;
    bool recalls;
    bool says;
    bool left_out[STEPS_MAX];
    struct choices choices[STEPS_MAX];
};

bool shrink_leaves_out(const struct shrink *shrink, uint32_t step)
{
    return shrink != NULL && shrink->left_out[step];
}

bool shrink_says(const struct shrink *shrink)
{
    return shrink != NULL && shrink->says;
}

uint64_t shrink_choice(struct shrink *shrink, uint32_t step, uint32_t nth, uint64_t chosen)
{
    if (shrink == NULL || nth >= CHOICES_MAX) {
        return chosen;
    }
    struct choices *choices = &shrink->choices[step];
    if (!shrink->recalls) {
        choices->made[nth] = true;
        choices->values[nth] = chosen;
    }
    return choices->made[nth] ? choices->values[nth] : chosen;
}

void shrink_step_seed(struct random *random, uint64_t seed, uint32_t step)
{
    random_seed(random, random_mix(seed + 1) ^ (uint64_t)(step + 1) << 32);
}

/* ---- one story in a process of its own ---- */

static void child_tell(struct shrink *shrink, uint64_t seed, uint32_t steps, shrink_tell *tell)
{
    if (!shrink->says) {
        ASSERT(freopen("/dev/null", "w", stderr) != NULL);
    }
    alarm(TRIAL_SECONDS_MAX);
    const char *sentence = tell(seed, steps, shrink, &shrink->step);
    snprintf(shrink->sentence, sizeof shrink->sentence, "%s", sentence == NULL ? "" : sentence);
    fflush(stdout);
    _exit(0);
}

static bool story_fails(struct shrink *shrink, uint64_t seed, uint32_t steps, shrink_tell *tell)
{
    int ended = 0;
    shrink->sentence[0] = '\0';
    shrink->step = steps - 1;
    fflush(stdout);
    pid_t child = fork();
    ASSERT(child >= 0);
    if (child == 0) {
        child_tell(shrink, seed, steps, tell);
    }
    ASSERT(waitpid(child, &ended, 0) == child);
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0) {
        snprintf(shrink->sentence, sizeof shrink->sentence, "the program stops (signal %d)",
                 WIFSIGNALED(ended) ? WTERMSIG(ended) : 0);
    }
    return shrink->sentence[0] != '\0';
}

/* ---- shortening ---- */

struct search {
    struct shrink *shrink;
    shrink_tell *tell;
    uint64_t seed;
    uint32_t steps;
    uint32_t kept_count;
    uint32_t kept[STEPS_MAX];
    char sentence[SENTENCE_BYTES];
};

/* Leaves out kept[first .. first + count - 1] for good if the story fails all the same. */
static bool chunk_drop(struct search *search, uint32_t first, uint32_t count)
{
    struct shrink *shrink = search->shrink;
    for (uint32_t i = first; i < first + count; i++) {
        shrink->left_out[search->kept[i]] = true;
    }
    if (story_fails(shrink, search->seed, search->steps, search->tell) &&
        strcmp(shrink->sentence, search->sentence) == 0) {
        search->kept_count -= count;
        memmove(search->kept + first, search->kept + first + count,
                (search->kept_count - first) * sizeof *search->kept);
        return true;
    }
    for (uint32_t i = first; i < first + count; i++) {
        shrink->left_out[search->kept[i]] = false;
    }
    return false;
}

/* From the end to the beginning: late steps lean on early ones. True if any chunk could go. */
static bool pass(struct search *search, uint32_t chunk)
{
    bool dropped = false;
    for (uint32_t end = search->kept_count; end > 0;) {
        uint32_t first = end > chunk ? end - chunk : 0;
        dropped = chunk_drop(search, first, end - first) || dropped;
        end = first;
    }
    return dropped;
}

static void search_run(struct search *search)
{
    for (uint32_t chunk = search->steps / 2; chunk > 1; chunk /= 2) {
        pass(search, chunk);
    }
    while (pass(search, 1)) {
    }
}

static void failing_story_shrink(struct shrink *shrink, const char *program, uint64_t seed,
                                 uint32_t steps, shrink_tell *tell)
{
    static struct search search;
    search = (struct search){.shrink = shrink, .tell = tell, .seed = seed};
    /* A failure after the last step (the replay) has the number of a step that is none. */
    search.steps = shrink->step < steps ? shrink->step + 1 : steps;
    memcpy(search.sentence, shrink->sentence, sizeof search.sentence);
    for (uint32_t i = 0; i < search.steps; i++) {
        search.kept[search.kept_count++] = i;
    }
    shrink->recalls = true;
    search_run(&search);
    printf("seed %" PRIu64 " fails: %s\n", seed, search.sentence);
    printf("of %u steps, %u are left:\n", search.steps, search.kept_count);
    shrink->says = true;
    story_fails(shrink, seed, search.steps, tell);
    printf("in the end: %s\n", shrink->sentence);
    printf("the whole story again: %s --seed %" PRIu64 " --runs 1 --steps %u\n", program, seed,
           steps);
}

bool shrink_run(const char *program, uint64_t seed, uint64_t runs, uint32_t steps,
                shrink_tell *tell)
{
    ASSERT(steps >= 1);
    ASSERT(steps <= STEPS_MAX);
    struct shrink *shrink = mmap(NULL, sizeof *shrink, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT(shrink != MAP_FAILED);
    bool fails = false;
    for (uint64_t i = 0; i < runs && !fails; i++) {
        memset(shrink->choices, 0, steps * sizeof *shrink->choices);
        fails = story_fails(shrink, seed + i, steps, tell);
        if (fails) {
            failing_story_shrink(shrink, program, seed + i, steps, tell);
        }
    }
    munmap(shrink, sizeof *shrink);
    return fails;
}
