/* Tables and the rules of two languages; everything is an integer until it is text.
 *
 * A language's rules are a row of `rules`, so that a third language is a row and a .po file, not a
 * new branch in each function. The date formats differ more than a row can say in one point only:
 * the French first of the month is "1er".
 *
 * Rejected: the C library's locales. They must be installed, are set for a whole process, and
 * differ between machines. */
#include "report/translate.h"

#include "base/assert.h"
#include "base/calendar.h"
#include "base/decimal.h"

#include <stdlib.h>
#include <string.h>

#define NARROW_SPACE "\u202f" /* between thousands, in French times */
#define SPACE        "\u00a0"

struct rules {
    const char *code;
    const char *weekdays[WEEKDAYS];
    const char *months[12];
    const char *point;
    const char *thousands;
    const char *time;
    bool currency_first;
};

static const struct rules rules[TRANSLATE_LANGUAGES] = {
    [TRANSLATE_FR] = {"fr",
                      {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
                      {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
                       "septembre", "octobre", "novembre", "décembre"},
                      ",",
                      NARROW_SPACE,
                      SPACE "h" SPACE,
                      false},
    [TRANSLATE_EN] = {"en",
                      {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
                       "Sunday"},
                      {"January", "February", "March", "April", "May", "June", "July", "August",
                       "September", "October", "November", "December"},
                      ".",
                      ",",
                      ":",
                      true},
};

struct sign {
    const char *currency;
    const char *sign;
};

static const struct sign signs[] = {{"EUR", "€"}, {"GBP", "£"}, {"USD", "$"}};

static const struct rules *rules_of(int language)
{
    ASSERT(language >= 0 && language < TRANSLATE_LANGUAGES);
    return &rules[language];
}

const char *translate_find(const struct translate_catalog *catalog, int language, struct slice key)
{
    ASSERT(language >= 0 && language < TRANSLATE_LANGUAGES);
    size_t low = 0;
    size_t high = catalog->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct translate_entry *entry = &catalog->entries[middle];
        int order = strncmp(entry->key, key.data, key.length);
        if (order == 0 && entry->key[key.length] == '\0') {
            return entry->text[language];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const char *translate_code(int language)
{
    return rules_of(language)->code;
}

void translate_date(struct text *to, int language, int32_t day, bool with_year)
{
    const struct rules *rule = rules_of(language);
    struct civil_date date = civil_of_day(day);
    text_append_string(to, rule->weekdays[weekday_of_day(day)]);
    text_append_string(to, " ");
    text_append_integer(to, date.day);
    if (language == TRANSLATE_FR && date.day == 1) {
        text_append_string(to, "er");
    }
    text_append_string(to, " ");
    text_append_string(to, rule->months[date.month - 1]);
    if (with_year) {
        text_append_format(to, " %d", date.year);
    }
}

const char *translate_month(int language, int32_t month)
{
    ASSERT(month >= 1 && month <= 12);
    return rules_of(language)->months[month - 1];
}

void translate_time(struct text *to, int language, int32_t minute_of_day)
{
    ASSERT(minute_of_day >= 0 && minute_of_day <= MINUTES_PER_DAY);
    text_append_format(to, language == TRANSLATE_EN ? "%02d%s%02d" : "%d%s%02d", minute_of_day / 60,
                       rules_of(language)->time, minute_of_day % 60);
}

/* `digits` with a separator before each full group of three. */
static void append_grouped(struct text *to, const struct rules *rule, struct slice digits)
{
    for (size_t i = 0; i < digits.length; i++) {
        if (i > 0 && (digits.length - i) % 3 == 0) {
            text_append_string(to, rule->thousands);
        }
        text_append_char(to, digits.data[i]);
    }
}

static void append_decimal(struct text *to, const struct rules *rule, struct slice number)
{
    const char *point = memchr(number.data, '.', number.length);
    size_t whole = point == NULL ? number.length : (size_t)(point - number.data);
    append_grouped(to, rule, (struct slice){number.data, whole});
    if (point != NULL) {
        text_append_string(to, rule->point);
        text_append(to, point + 1, number.length - whole - 1);
    }
}

/* `number` without its sign, which is written: it stands before a currency, too. */
static struct slice append_sign(struct text *to, struct slice number)
{
    if (number.data[0] != '-') {
        return number;
    }
    text_append_string(to, "\u2212");
    return (struct slice){number.data + 1, number.length - 1};
}

void translate_number(struct text *to, int language, int64_t value, int decimals)
{
    char plain[32];
    struct slice number = {plain, decimal_write(plain, value, decimals, true)};
    append_decimal(to, rules_of(language), append_sign(to, number));
}

static const char *sign_of(const char *currency)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strcmp(signs[i].currency, currency) == 0) {
            return signs[i].sign;
        }
    }
    return NULL;
}

void translate_money(struct text *to, int language, int64_t minor, int decimals,
                     const char *currency)
{
    const struct rules *rule = rules_of(language);
    const char *sign = sign_of(currency);
    char plain[32];
    struct slice number = {plain, decimal_write(plain, minor, decimals, false)};
    number = append_sign(to, number);
    if (rule->currency_first) {
        text_append_string(to, sign != NULL ? sign : currency);
        text_append_string(to, sign != NULL ? "" : SPACE);
    }
    append_decimal(to, rule, number);
    if (!rule->currency_first) {
        text_append_string(to, SPACE);
        text_append_string(to, sign != NULL ? sign : currency);
    }
}
