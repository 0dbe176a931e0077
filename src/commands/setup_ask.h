/* The dialogue of `ecluse setup`: a question, a line, and the question again until the answer is
 * one.
 *
 *   terminal     the question is shown; what is no answer is told, and asked again
 *   pipe, file   one line an answer (# begins a comment line); the first that is none ends it;
 *                where the lines end, the rest is as Enter would have it */
#ifndef ECLUSE_COMMANDS_SETUP_ASK_H
#define ECLUSE_COMMANDS_SETUP_ASK_H

#include "commands/command.h"
#include "commands/setup_answers.h"

#include <stdio.h>

struct setup_dialogue {
    struct call *call;
    FILE *from;
    bool is_terminal;
    bool ended;    /* no line is left */
    bool too_long; /* the last line was over SETUP_ANSWER_BYTES */
};

/* Answers come from the file, or from standard input where it is NULL. */
enum status setup_dialogue_open(struct setup_dialogue *dialogue, struct call *call,
                                const char *file, struct fault *fault) MUST_USE;
void setup_dialogue_close(struct setup_dialogue *dialogue);

/* Says something between the questions: on the terminal's own side, so that --json stays alone on
 * standard output. */
void setup_say(struct setup_dialogue *dialogue, struct slice text);

/* Asks until the answer is one, by setup_answer_read and then by `check` (NULL: none), which may
 * refuse it with a sentence. STATUS_INVALID: no answer, with what would be right. */
struct setup_check {
    enum status (*check)(void *context, struct setup_answers *answers, struct fault *fault);
    void *context;
};
enum status setup_ask(struct setup_dialogue *dialogue, enum setup_question question,
                      const struct setup_check *check, struct setup_answers *answers,
                      struct fault *fault) MUST_USE;

#endif
