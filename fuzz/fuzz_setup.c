/* The answers of `ecluse setup` on arbitrary bytes: the first says the language, each line is an
 * answer.
 *
 * Whatever is taken for an answer makes a shop file that shop_read accepts, with its comments too;
 * whatever is not comes with a sentence. */
#include "base/assert.h"
#include "commands/setup_file.h"
#include "env/env.h"
#include "model/shop_read.h"

#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

/* The text must read; what it was is written back to `written`, if there is one. */
static void text_check(const struct text *text, struct text *written)
{
    static const struct zone_source zones = {zone_load, NULL};
    struct shop *shop = NULL;
    struct fault fault;
    ASSERT(!text->overflow);
    enum status status =
        shop_read(text_slice(text), "fuzz.yaml", &zones, 1795417200, &shop, &fault);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n%s\n", fault.text, text->bytes);
    ASSERT(status == STATUS_OK);
    if (written != NULL)
        ASSERT(shop_write(shop, written, &fault) == STATUS_OK);
    shop_free(shop);
}

static void answers_read(struct setup_answers *answers, struct slice left, enum language language)
{
    char why[512];
    for (int question = 0; question < SETUP_QUESTIONS; question++) {
        struct slice answer = slice_cut(left, '\n', &left);
        why[0] = '\0';
        if (setup_answer_read(answers, (enum setup_question)question, answer, language, why,
                              sizeof why))
            continue;
        ASSERT(why[0] != '\0');
        ASSERT(setup_answer_read(answers, (enum setup_question)question, (struct slice){"", 0},
                                 language, why, sizeof why));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct setup_answers answers;
    struct text texts[3];
    if (length == 0)
        return 0;
    enum language language = bytes[0] & 1 ? LANGUAGE_EN : LANGUAGE_FR;
    const struct setup_shop shop = {"Fuzz", "EUR", "Europe/Paris", language};
    answers = (struct setup_answers){.currency_decimals = 2};
    answers_read(&answers, (struct slice){(const char *)bytes + 1, length - 1}, language);
    for (int i = 0; i < 3; i++)
        text_init(&texts[i], 1 << 20);
    setup_shop_write(&shop, &answers, &texts[0]);
    text_check(&texts[0], &texts[1]);
    setup_comment(text_slice(&texts[1]), &shop, &answers, &texts[2]);
    text_check(&texts[2], NULL);
    for (int i = 0; i < 3; i++)
        text_free(&texts[i]);
    return 0;
}
