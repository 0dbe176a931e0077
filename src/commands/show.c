/* Dates stay in ISO order in both languages: nobody has to ask whether 3/4 is in March or in April;
 * the weekday is what people plan by. */
#include "commands/show.h"

#include "base/decimal.h"

#include <stdio.h>

static const char *const weekdays[LANGUAGES][WEEKDAYS] = {
    [LANGUAGE_FR] = {"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."},
    [LANGUAGE_EN] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
};

const char *show_day(enum language language, char *to, int32_t day)
{
    char iso[16];
    (void)day_write(iso, day);
    (void)snprintf(to, SHOW_BYTES, "%s %s", weekdays[language][weekday_of_day(day)], iso);
    return to;
}

const char *show_day_short(enum language language, char *to, int32_t day)
{
    (void)snprintf(to, SHOW_BYTES, "%s %d", weekdays[language][weekday_of_day(day)],
                   civil_of_day(day).day);
    return to;
}

const char *show_time(const struct shop *shop, char *to, int64_t at)
{
    int32_t second = zone_second_of_day(&shop->zone, at);
    int length = snprintf(to, SHOW_BYTES, "%02d:%02d", second / 3600, second / 60 % 60);
    if (second % 60 != 0) {
        (void)snprintf(to + length, (size_t)(SHOW_BYTES - length), ":%02d", second % 60);
    }
    return to;
}

const char *show_instant(enum language language, const struct shop *shop, char *to, int64_t at)
{
    char day[SHOW_BYTES];
    char time[SHOW_BYTES];
    (void)snprintf(to, SHOW_BYTES, "%.40s %.20s",
                   show_day(language, day, zone_day(&shop->zone, at)), show_time(shop, time, at));
    return to;
}

static void comma_put(enum language language, char *number)
{
    char *point = strchr(number, '.');
    if (language == LANGUAGE_FR && point != NULL) {
        *point = ',';
    }
}

const char *show_amount(enum language language, char *to, const char *amount, const char *currency)
{
    (void)snprintf(to, SHOW_BYTES, "%.40s %.8s", amount, currency);
    comma_put(language, to);
    return to;
}

const char *show_money(enum language language, const struct shop *shop, char *to, int64_t minor)
{
    char amount[32];
    (void)decimal_write(amount, minor, shop->currency.decimals, false);
    return show_amount(language, to, amount, shop->currency.code);
}

const char *show_quantity(enum language language, char *to, int64_t thousandths)
{
    (void)decimal_write(to, thousandths, 3, true);
    comma_put(language, to);
    return to;
}

const char *show_count(enum language language, char *to, uint32_t count, const char *english,
                       const char *french)
{
    bool many = language == LANGUAGE_FR ? count > 1 : count != 1;
    (void)snprintf(to, SHOW_BYTES, "%u %.40s%s", count, language == LANGUAGE_FR ? french : english,
                   many ? "s" : "");
    return to;
}

const char *show_iso(enum language language, char *to, const char *iso)
{
    int32_t day;
    size_t length = strlen(iso);
    if (length < 10 || !day_read((struct slice){iso, 10}, &day)) {
        (void)snprintf(to, SHOW_BYTES, "%.60s", iso);
        return to;
    }
    (void)show_day(language, to, day);
    if (length >= 16 && iso[10] == 'T') {
        size_t end = strlen(to);
        (void)snprintf(to + end, SHOW_BYTES - end, " %.5s", iso + 11);
    }
    return to;
}

struct word {
    const char *english;
    const char *french;
};

/* What is in no table stays as it is. */
static const char *word_show(enum language language, const struct word *words, size_t count,
                             const char *english)
{
    for (size_t i = 0; language == LANGUAGE_FR && i < count; i++) {
        if (strcmp(english, words[i].english) == 0) {
            return words[i].french;
        }
    }
    return english;
}

const char *show_status(enum language language, const char *status)
{
    static const struct word words[] = {
        {"held", "réservée"},     {"confirmed", "confirmée"}, {"started", "commencée"},
        {"done", "prête"},        {"shipped", "expédiée"},    {"delivered", "livrée"},
        {"cancelled", "annulée"}, {"expired", "expirée"},     {"replaced", "remplacée"},
    };
    return word_show(language, words, sizeof words / sizeof words[0], status);
}

const char *show_wish_status(enum language language, const char *status)
{
    static const struct word words[] = {
        {"waiting", "en attente"},
        {"offered", "proposé"},
        {"withdrawn", "retiré"},
        {"lapsed", "périmé"},
    };
    return word_show(language, words, sizeof words / sizeof words[0], status);
}
