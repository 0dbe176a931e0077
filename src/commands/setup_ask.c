/* A person at a terminal may try again; a script must not: its next line answers the next question,
 * so the first wrong one ends it. */
#include "commands/setup_ask.h"
#include "commands/output.h"

#include <unistd.h>

enum { TRIES_MAX = 20, PROMPT_BYTES = 512 };

static const char *const questions[SETUP_QUESTIONS][LANGUAGES] = {
    [SETUP_PRODUCTS] =
        {"Export des produits de WooCommerce, Shopify ou PrestaShop (un fichier CSV)",
         "Product export of WooCommerce, Shopify or PrestaShop (a CSV file)"},
    [SETUP_PEOPLE] = {"Qui prépare les colis : personnes, jours, heures",
                      "Who packs: people, days, hours"},
    [SETUP_SUPPLIER] = {"Jours qu'il faut à votre fournisseur pour livrer, ou « aucun »",
                        "Days that your supplier needs to deliver, or \"none\""},
    [SETUP_CASH] = {"En banque aujourd'hui, et ce qui part chaque mois (comme 8000 3500)",
                    "In the bank today, and what leaves every month (as 8000 3500)"},
    [SETUP_PARCELS] = {"Colis qu'une personne prépare en une heure",
                       "Parcels that one person packs in an hour"},
};

enum status setup_dialogue_open(struct setup_dialogue *dialogue, struct call *call,
                                const char *file, struct fault *fault)
{
    *dialogue = (struct setup_dialogue){.call = call, .from = stdin};
    if (file != NULL) {
        dialogue->from = fopen(file, "r");
        if (dialogue->from == NULL) {
            return fault_set(fault, STATUS_NOT_FOUND,
                             "--answers %s: it cannot be read; give a text file with one answer a "
                             "line",
                             file);
        }
    }
    dialogue->is_terminal = file == NULL && isatty(STDIN_FILENO) != 0;
    return STATUS_OK;
}

void setup_dialogue_close(struct setup_dialogue *dialogue)
{
    if (dialogue->from != NULL && dialogue->from != stdin) {
        (void)fclose(dialogue->from);
    }
    dialogue->from = NULL;
}

void setup_say(struct setup_dialogue *dialogue, struct slice text)
{
    struct fault fault;
    if (!dialogue->call->json) {
        text_append_slice(&dialogue->call->out, text);
        (void)!call_flush(dialogue->call); /* who does not listen may still answer */
    } else if (dialogue->is_terminal) {
        (void)!output_write(STDERR_FILENO, text, &fault);
    }
}

static void prompt_say(struct setup_dialogue *dialogue, enum setup_question question)
{
    enum language language = dialogue->call->language;
    char prompt[PROMPT_BYTES];
    int length =
        snprintf(prompt, sizeof prompt, "%d/%d %s [%s]%s", (int)question + 1, SETUP_QUESTIONS,
                 questions[question][language], setup_default(question, language),
                 language == LANGUAGE_FR ? " : " : ": ");
    setup_say(dialogue, (struct slice){prompt, (size_t)length});
}

/* The next line that is no comment, without its end. False: it is too long, or the terminal was
 * closed; a pipe that has ended gives empty lines. */
static bool line_read(struct setup_dialogue *dialogue, char line[SETUP_ANSWER_BYTES],
                      struct slice *answer)
{
    do {
        *answer = (struct slice){"", 0};
        if (dialogue->ended || fgets(line, SETUP_ANSWER_BYTES, dialogue->from) == NULL) {
            dialogue->ended = true;
            return !dialogue->is_terminal;
        }
        size_t length = strlen(line);
        if (length + 1 == SETUP_ANSWER_BYTES && line[length - 1] != '\n') {
            dialogue->too_long = true;
            return false;
        }
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
            length--;
        }
        *answer = (struct slice){line, length};
    } while (!dialogue->is_terminal && answer->length > 0 && line[0] == '#');
    return true;
}

/* What a script answered stands beside the question, so that its output reads like the dialogue. */
static void answer_echo(struct setup_dialogue *dialogue, struct slice answer)
{
    if (!dialogue->is_terminal) {
        setup_say(dialogue, answer);
        setup_say(dialogue, SLICE("\n"));
    }
}

static enum status answer_judge(struct setup_dialogue *dialogue, enum setup_question question,
                                const struct setup_check *check, struct slice answer,
                                struct setup_answers *answers, struct fault *fault)
{
    char why[PROMPT_BYTES];
    struct setup_answers next = *answers;
    if (!setup_answer_read(&next, question, answer, dialogue->call->language, why, sizeof why)) {
        return fault_set(fault, STATUS_INVALID, "%s %s",
                         call_say(dialogue->call, "this would be right:", "il faudrait :"), why);
    }
    if (check != NULL) {
        enum status status = check->check(check->context, &next, fault);
        if (status != STATUS_OK) {
            return status;
        }
    }
    *answers = next;
    return STATUS_OK;
}

enum status setup_ask(struct setup_dialogue *dialogue, enum setup_question question,
                      const struct setup_check *check, struct setup_answers *answers,
                      struct fault *fault)
{
    char line[SETUP_ANSWER_BYTES];
    struct slice answer;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        prompt_say(dialogue, question);
        if (!line_read(dialogue, line, &answer)) {
            break;
        }
        answer_echo(dialogue, answer);
        struct fault wrong;
        if (answer_judge(dialogue, question, check, answer, answers, &wrong) == STATUS_OK) {
            return STATUS_OK;
        }
        if (!dialogue->is_terminal) {
            return fault_set(fault, STATUS_INVALID, "answer %d, \"%.*s\": %s", (int)question + 1,
                             (int)(answer.length < 200 ? answer.length : 200), answer.data,
                             wrong.text);
        }
        setup_say(dialogue, SLICE("    "));
        setup_say(dialogue, slice_of(wrong.text));
        setup_say(dialogue, SLICE("\n"));
    }
    if (dialogue->too_long) {
        return fault_set(fault, STATUS_INVALID, "answer %d is over %d bytes; make it shorter",
                         (int)question + 1, SETUP_ANSWER_BYTES - 2);
    }
    return fault_set(fault, STATUS_INVALID,
                     "no answer to question %d; nothing is written, begin again when you know",
                     (int)question + 1);
}
