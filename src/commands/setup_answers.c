/* Answers are read as people write them: 9-17, 9h30-12h, lun-ven, 8 000,50. What could be read two
 * ways is not guessed. */
#include "commands/setup_answers.h"
#include "base/decimal.h"
#include "base/text.h"
#include "exchange/cells.h"

#include <stdio.h>

enum { PEOPLE_MAX = LIMIT_PEOPLE, PARCELS_MAX = 1000 };

static const char *const defaults[SETUP_QUESTIONS][LANGUAGES] = {
    [SETUP_PRODUCTS] = {"aucun", "none"},
    [SETUP_PEOPLE] = {"2 lun-ven 9:00-12:30 13:30-17:00", "2 mon-fri 9:00-12:30 13:30-17:00"},
    [SETUP_SUPPLIER] = {"14", "14"},
    [SETUP_CASH] = {"aucun", "none"},
    [SETUP_PARCELS] = {"20", "20"},
};

static const char *const wrong[SETUP_QUESTIONS][LANGUAGES] = {
    [SETUP_PRODUCTS] = {"le chemin d'un fichier CSV, ou « aucun »",
                        "the path of a CSV file, or \"none\""},
    [SETUP_PEOPLE] = {"un nombre de personnes de 1 à 250, des jours et des heures, comme « 2 "
                      "lun-ven 9-12:30 13:30-17 » ou « 1 lun-ven 9-17, sam 9-12 »",
                      "a number of people from 1 to 250, days and hours, as \"2 mon-fri 9-12:30 "
                      "13:30-17\" or \"1 mon-fri 9-17, sat 9-12\""},
    [SETUP_SUPPLIER] = {"un nombre de jours de 0 à 730, ou « aucun »",
                        "a number of days from 0 to 730, or \"none\""},
    [SETUP_CASH] = {"le solde d'aujourd'hui et ce qui part chaque mois, comme « 8000 3500 », ou « "
                    "aucun »",
                    "today's balance and what leaves every month, as \"8000 3500\", or \"none\""},
    [SETUP_PARCELS] = {"un nombre de colis de 0,1 à 1000, comme 20",
                       "a number of parcels from 0.1 to 1000, as 20"},
};

const char *setup_default(enum setup_question question, enum language language)
{
    return defaults[question][language];
}

static bool is_none(struct slice answer)
{
    static const char *const words[] = {"none", "no", "aucun", "aucune", "non", "-"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (cell_is(answer, words[i])) {
            return true;
        }
    }
    return false;
}

/* The next word, off the front of `left`; empty at the end. */
static struct slice word_next(struct slice *left)
{
    *left = cell_trim(*left);
    size_t length = 0;
    while (length < left->length && left->data[length] != ' ' && left->data[length] != '\t') {
        length++;
    }
    struct slice word = {left->data, length};
    *left = (struct slice){left->data + length, left->length - length};
    return word;
}

/* ---- the path ---- */

/* 'a b.csv', "a b.csv" and a\ b.csv are what a shell would hand over. */
static bool products_read(struct setup_answers *answers, struct slice answer)
{
    size_t length = 0;
    bool quoted = answer.length >= 2 && (answer.data[0] == '\'' || answer.data[0] == '"') &&
                  answer.data[answer.length - 1] == answer.data[0];
    if (is_none(answer)) {
        answers->products[0] = '\0';
        return true;
    }
    if (quoted) {
        answer = (struct slice){answer.data + 1, answer.length - 2};
    }
    if (answer.length == 0 || answer.length >= sizeof answers->products) {
        return false;
    }
    for (size_t i = 0; i < answer.length; i++) {
        if (answer.data[i] == '\\' && !quoted && i + 1 < answer.length) {
            i++;
        }
        answers->products[length++] = answer.data[i];
    }
    answers->products[length] = '\0';
    return true;
}

/* ---- people, days, hours ---- */

static bool day_of(struct slice word, enum weekday *day)
{
    static const char *const names[WEEKDAYS][2] = {{"mon", "lun"}, {"tue", "mar"}, {"wed", "mer"},
                                                   {"thu", "jeu"}, {"fri", "ven"}, {"sat", "sam"},
                                                   {"sun", "dim"}};
    for (int i = 0; i < WEEKDAYS; i++) {
        for (int language = 0; language < 2; language++) {
            if (word.length >= 3 && cell_is((struct slice){word.data, 3}, names[i][language])) {
                *day = (enum weekday)i;
                return true;
            }
        }
    }
    return false;
}

/* "mon-fri", "sam". */
static bool days_read(struct slice word, struct setup_group *group)
{
    struct slice last;
    struct slice first = slice_cut(word, '-', &last);
    if (!day_of(first, &group->first)) {
        return false;
    }
    group->last = group->first;
    return last.data == NULL || day_of(last, &group->last);
}

/* "9", "09:30", "9h", "12h30" as minutes of the day. */
static bool minute_read(struct slice word, int32_t *minute)
{
    int64_t hours = 0;
    int64_t minutes = 0;
    size_t length = 0;
    while (length < word.length && word.data[length] >= '0' && word.data[length] <= '9') {
        length++;
    }
    struct slice front = {word.data, length};
    struct slice back = {word.data + length, word.length - length};
    if (length == 0 || length > 2 || decimal_read(front, 0, &hours) != DECIMAL_OK) {
        return false;
    }
    if (back.length > 0) {
        bool mark = back.data[0] == ':' || back.data[0] == 'h' || back.data[0] == 'H';
        bool alone = back.length == 1 && back.data[0] != ':';
        back = (struct slice){back.data + 1, back.length - 1};
        if (!mark || (!alone && (back.length != 2 ||
                                 decimal_read(back, 0, &minutes) != DECIMAL_OK || minutes < 0))) {
            return false;
        }
    }
    *minute = (int32_t)(hours * 60 + minutes);
    return minutes < 60 && *minute <= MINUTES_PER_DAY;
}

/* "9-12:30", after the hours before it. */
static bool hours_read(struct slice word, struct setup_group *group)
{
    struct slice to;
    struct slice from = slice_cut(word, '-', &to);
    if (group->hours_count == SETUP_HOURS_MAX || to.data == NULL) {
        return false;
    }
    int32_t *range = group->hours[group->hours_count];
    int32_t before = group->hours_count > 0 ? group->hours[group->hours_count - 1][1] : 0;
    group->hours_count++;
    return minute_read(from, &range[0]) && minute_read(to, &range[1]) && range[0] >= before &&
           range[0] < range[1];
}

static bool group_read(struct slice text, struct setup_group *group)
{
    *group = (struct setup_group){.hours_count = 0};
    if (!days_read(word_next(&text), group)) {
        return false;
    }
    for (struct slice word = word_next(&text); word.length > 0; word = word_next(&text)) {
        if (!hours_read(word, group)) {
            return false;
        }
    }
    return group->hours_count > 0;
}

/* A day may stand in one group only. */
static bool days_take(const struct setup_group *group, uint32_t *taken)
{
    uint32_t count = (uint32_t)(group->last - group->first + WEEKDAYS) % WEEKDAYS + 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = 1u << ((uint32_t)group->first + i) % WEEKDAYS;
        if (*taken & bit) {
            return false;
        }
        *taken |= bit;
    }
    return true;
}

static bool people_read(struct setup_answers *answers, struct slice answer)
{
    int64_t people = 0;
    uint32_t taken = 0;
    bool right = decimal_read(word_next(&answer), 0, &people) == DECIMAL_OK && people >= 1 &&
                 people <= PEOPLE_MAX;
    answers->people = (int32_t)people;
    answers->group_count = 0;
    answer = cell_trim(answer);
    while (right && answer.length > 0) {
        struct slice group = slice_cut(answer, ',', &answer);
        right = answers->group_count < SETUP_GROUPS_MAX &&
                group_read(group, &answers->groups[answers->group_count]) &&
                days_take(&answers->groups[answers->group_count], &taken);
        answers->group_count++;
    }
    return right && answers->group_count > 0;
}

/* ---- numbers ---- */

static bool supplier_read(struct setup_answers *answers, struct slice answer)
{
    int64_t days = -1;
    if (!is_none(answer) &&
        (decimal_read(answer, 0, &days) != DECIMAL_OK || days < 0 || days > LIMIT_HORIZON_DAYS)) {
        return false;
    }
    answers->supplier_days = (int32_t)days;
    return true;
}

static bool money_read(const struct setup_answers *answers, struct slice word, int64_t *minor)
{
    return cell_number(word, answers->currency_decimals, minor) == CELL_OK &&
           *minor <= LIMIT_MONEY_MINOR && *minor >= -LIMIT_MONEY_MINOR;
}

static bool cash_read(struct setup_answers *answers, struct slice answer)
{
    answers->balance_minor = 0;
    answers->monthly_minor = 0;
    answers->has_cash = !is_none(answer);
    if (!answers->has_cash) {
        return true;
    }
    struct slice balance = word_next(&answer);
    struct slice monthly = word_next(&answer);
    return money_read(answers, balance, &answers->balance_minor) &&
           (monthly.length == 0 || (money_read(answers, monthly, &answers->monthly_minor) &&
                                    answers->monthly_minor >= 0)) &&
           cell_trim(answer).length == 0;
}

static bool parcels_read(struct setup_answers *answers, struct slice answer)
{
    return cell_number(answer, 3, &answers->parcels_thousandths) == CELL_OK &&
           answers->parcels_thousandths >= THOUSAND / 10 &&
           answers->parcels_thousandths <= (int64_t)PARCELS_MAX * THOUSAND;
}

bool setup_answer_read(struct setup_answers *answers, enum setup_question question,
                       struct slice answer, enum language language, char *why, size_t size)
{
    static bool (*const readers[SETUP_QUESTIONS])(struct setup_answers *, struct slice) = {
        products_read, people_read, supplier_read, cash_read, parcels_read};
    struct setup_answers next = *answers;
    answer = cell_trim(answer);
    if (answer.length == 0) {
        answer = slice_of(setup_default(question, language));
    }
    bool readable = answer.length < SETUP_ANSWER_BYTES && utf8_valid(answer) &&
                    !utf8_has_control(answer) && readers[question](&next, answer);
    if (!readable) {
        (void)snprintf(why, size, "%s", wrong[question][language]);
        return false;
    }
    *answers = next;
    return true;
}
