/* Arguments, one word after another:
 *
 *   "--"        -> all that follows is operands
 *   "--x[=v]"   -> find x in the command's options, then in the common ones; take its value
 *   else        -> an operand
 *
 * Invariant: every word is used or refused; what stands in `given` has a value exactly if its
 * option takes one. getopt_long was rejected: it accepts shortened options (a script that relies on
 * one breaks when a new option comes) and cannot suggest. */
#include "commands/options.h"

#include "base/decimal.h"
#include "commands/nearest.h"
#include "report/table.h"

#include <stdlib.h>

const struct option options_common[] = {
    {"json", NULL, false, "one JSON document on stdout instead of text"},
    {"lang", "fr|en", false, "language of the text (default: the environment's, else en)"},
    {"help", NULL, false, "this help"},
};
const uint32_t options_common_count = sizeof options_common / sizeof options_common[0];

const struct option option_now = {
    "now", "TIME", false,
    "the time to reckon from, ISO 8601; without offset in the shop's zone (default: the clock)"};

enum language options_language_default(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return strncmp(value, "fr", 2) == 0 ? LANGUAGE_FR : LANGUAGE_EN;
        }
    }
    return LANGUAGE_EN;
}

static const struct option *option_find(const struct manual *manual, struct slice name)
{
    for (uint32_t i = 0; i < manual->option_count; i++) {
        if (slice_is(name, manual->options[i].name)) {
            return &manual->options[i];
        }
    }
    for (uint32_t i = 0; i < options_common_count; i++) {
        if (slice_is(name, options_common[i].name)) {
            return &options_common[i];
        }
    }
    return manual->takes_now && slice_is(name, option_now.name) ? &option_now : NULL;
}

static enum status option_unknown(const struct call *call, struct slice name, struct fault *fault)
{
    const struct manual *manual = call->command->manual;
    struct nearest nearest;
    nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < manual->option_count; i++) {
        nearest_try(&nearest, manual->options[i].name);
    }
    for (uint32_t i = 0; i < options_common_count; i++) {
        nearest_try(&nearest, options_common[i].name);
    }
    if (manual->takes_now) {
        nearest_try(&nearest, option_now.name);
    }
    if (nearest.best != NULL) {
        return fault_set(fault, STATUS_INVALID, "%s has no option --%.*s; did you mean --%s?",
                         call->command->name, (int)name.length, name.data, nearest.best);
    }
    return fault_set(fault, STATUS_INVALID, "%s has no option --%.*s; see: ecluse %s --help",
                     call->command->name, (int)name.length, name.data, call->command->name);
}

static enum status given_add(struct call *call, const struct option *option, const char *value,
                             struct fault *fault)
{
    if (!option->repeated && call_value(call, option->name) != NULL) {
        return fault_set(fault, STATUS_INVALID, "--%s is given twice; give it once", option->name);
    }
    call->given[call->given_count++] = (struct option_given){option, value};
    return STATUS_OK;
}

/* Reads the option in argv[*at]; moves *at on where the value is the next word. */
static enum status option_read(struct call *call, int argc, char **argv, int *at,
                               struct fault *fault)
{
    const char *word = argv[*at] + 2;
    const char *equals = strchr(word, '=');
    struct slice name = {word, equals != NULL ? (size_t)(equals - word) : strlen(word)};
    const struct option *option = option_find(call->command->manual, name);
    if (option == NULL) {
        return option_unknown(call, name, fault);
    }
    if (option->value == NULL) {
        if (equals != NULL) {
            return fault_set(fault, STATUS_INVALID, "--%s takes no value; write only --%s",
                             option->name, option->name);
        }
        return given_add(call, option, "", fault);
    }
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (value == NULL && *at + 1 < argc) {
        value = argv[++*at];
    }
    if (value == NULL || value[0] == '\0') {
        return fault_set(fault, STATUS_INVALID, "--%s needs a value: --%s %s", option->name,
                         option->name, option->value);
    }
    return given_add(call, option, value, fault);
}

static enum status words_read(struct call *call, int argc, char **argv, struct fault *fault)
{
    bool operands_only = false;
    for (int at = 0; at < argc; at++) {
        const char *word = argv[at];
        if (!utf8_valid(slice_of(word))) {
            return fault_set(fault, STATUS_INVALID, "argument %d is not UTF-8; write it in UTF-8",
                             at + 1);
        }
        if (operands_only || word[0] != '-' || word[1] == '\0') {
            call->operands[call->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            operands_only = true;
        } else if (word[1] == '-') {
            enum status status = option_read(call, argc, argv, &at, fault);
            if (status != STATUS_OK) {
                return status;
            }
        } else if (strcmp(word, "-h") == 0) {
            call->help = true;
        } else {
            return fault_set(
                fault, STATUS_INVALID,
                "%s: options begin with --; see: ecluse %s --help (after -- it is an operand)",
                word, call->command->name);
        }
    }
    return STATUS_OK;
}

static enum status common_read(struct call *call, struct fault *fault)
{
    call->json = call_flag(call, "json");
    call->now = call_value(call, "now");
    call->language = options_language_default();
    const char *language = call_value(call, "lang");
    if (language == NULL) {
        return STATUS_OK;
    }
    if (strcmp(language, "fr") != 0 && strcmp(language, "en") != 0) {
        return fault_set(fault, STATUS_INVALID, "--lang %s: there are fr and en", language);
    }
    call->language = language[0] == 'f' ? LANGUAGE_FR : LANGUAGE_EN;
    return STATUS_OK;
}

static enum status operands_check(const struct call *call, struct fault *fault)
{
    const struct manual *manual = call->command->manual;
    if (call->operand_count < manual->operands_min) {
        return fault_set(fault, STATUS_INVALID, "%s needs more: ecluse %s %s", call->command->name,
                         call->command->name, call->command->usage);
    }
    if (call->operand_count > manual->operands_max) {
        return fault_set(fault, STATUS_INVALID, "%s does not take \"%s\": ecluse %s %s",
                         call->command->name, call->operands[manual->operands_max],
                         call->command->name, call->command->usage);
    }
    return STATUS_OK;
}

enum status options_read(struct call *call, int argc, char **argv, struct fault *fault)
{
    size_t words = (size_t)argc + 1;
    call->operands = calloc(words, sizeof *call->operands);
    call->given = calloc(words, sizeof *call->given);
    if (call->operands == NULL || call->given == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the arguments; free some and try again");
    }
    enum status status = words_read(call, argc, argv, fault);
    call->help = call->help || call_flag(call, "help");
    if (status != STATUS_OK) {
        return status;
    }
    status = common_read(call, fault);
    return status == STATUS_OK && !call->help ? operands_check(call, fault) : status;
}

void options_free(struct call *call)
{
    free(call->operands);
    free(call->given);
    call->operands = NULL;
    call->given = NULL;
    call->operand_count = 0;
    call->given_count = 0;
}

const char *call_value_at(const struct call *call, const char *name, uint32_t index)
{
    for (uint32_t i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].option->name, name) == 0 && index-- == 0) {
            return call->given[i].value;
        }
    }
    return NULL;
}

const char *call_value(const struct call *call, const char *name)
{
    return call_value_at(call, name, 0);
}

bool call_flag(const struct call *call, const char *name)
{
    return call_value(call, name) != NULL;
}

enum status call_number(const struct call *call, const char *name, int64_t low, int64_t high,
                        int64_t *value, struct fault *fault)
{
    const char *text = call_value(call, name);
    int64_t number;
    if (text == NULL) {
        return STATUS_OK;
    }
    if (decimal_read(slice_of(text), 0, &number) != DECIMAL_OK || number < low || number > high) {
        return fault_set(fault, STATUS_INVALID, "--%s %s: give a whole number from %lld to %lld",
                         name, text, (long long)low, (long long)high);
    }
    *value = number;
    return STATUS_OK;
}

enum status call_thousandths(const struct call *call, const char *name, int64_t low, int64_t high,
                             int64_t *value, struct fault *fault)
{
    const char *text = call_value(call, name);
    int64_t number;
    if (text == NULL) {
        return STATUS_OK;
    }
    if (decimal_read(slice_of(text), 3, &number) != DECIMAL_OK || number < low || number > high) {
        return fault_set(fault, STATUS_INVALID,
                         "--%s %s: give a number from %s to %lld, with at most three decimals",
                         name, text, low == 0 ? "0" : "0.001", (long long)(high / 1000));
    }
    *value = number;
    return STATUS_OK;
}

const char *call_say(const struct call *call, const char *english, const char *french)
{
    return call->language == LANGUAGE_FR ? french : english;
}

void call_title(struct call *call, const char *title)
{
    bool bold = call->terminal.colour;
    text_append_format(&call->out, "\n%s%s%s\n", bold ? "\x1b[1m" : "", title,
                       bold ? table_tone_end() : "");
}

enum status options_offer_read(const char *operand, struct offer_operand *offer,
                               struct fault *fault)
{
    const char *equals = strchr(operand, '=');
    size_t length = equals != NULL ? (size_t)(equals - operand) : strlen(operand);
    *offer = (struct offer_operand){.name = {operand, length}, .quantity_thousandths = THOUSAND};
    if (length == 0 || length > LIMIT_NAME_BYTES) {
        return fault_set(fault, STATUS_INVALID, "%s: write OFFER or OFFER=QTY, as coffret=2",
                         operand);
    }
    if (equals == NULL) {
        return STATUS_OK;
    }
    enum decimal_result result =
        decimal_read(slice_of(equals + 1), 3, &offer->quantity_thousandths);
    if (result == DECIMAL_TOO_PRECISE) {
        return fault_set(fault, STATUS_INVALID, "%s: a quantity has at most three decimals",
                         operand);
    }
    if (result != DECIMAL_OK || offer->quantity_thousandths <= 0 ||
        offer->quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS) {
        return fault_set(fault, STATUS_INVALID,
                         "%s: the quantity is a number above 0 and at most 1000000, as %.*s=2",
                         operand, (int)length, operand);
    }
    return STATUS_OK;
}
