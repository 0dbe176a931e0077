/* The sentence under a date: what made it wait, until when, in the customer's language.
 *
 * It is made from the answer alone (cause, name, instant), so that it is the same for a quote, a
 * reply and a page. Names of the shop file are made readable by turning - and _ into spaces and, of
 * an item and a carrier, by a capital letter; a key is all that the shop file has of them. A
 * sentence says nothing of what did not limit the promise: stock may have waited too, only less.
 * Sentences are kept whole in one table per language instead of being glued from words: word order
 * and agreement differ. */
#include "promise/promise.h"

#include "base/assert.h"
#include "base/text.h"

static const char *const weekday_names[LANGUAGES][WEEKDAYS] = {
    {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
};

static const char *const month_names[LANGUAGES][12] = {
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
     "octobre", "novembre", "décembre"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
};

/* %N the name as a name is written, %n within a sentence, %D the date, %T date and time of day,
 * %P the possible date. */
enum sentence {
    SENTENCE_STOCK,
    SENTENCE_SUPPLY,
    SENTENCE_CASH,
    SENTENCE_HOURS,
    SENTENCE_CARRIER,
    SENTENCE_NONE,
    SENTENCE_SOLD_OUT_STOCK,
    SENTENCE_SOLD_OUT_HOURS,
    SENTENCE_SOLD_OUT_CARRIER,
    SENTENCE_SOLD_OUT,
    SENTENCE_NEVER_STOCK,
    SENTENCE_NEVER_HOURS,
    SENTENCE_NEVER_CARRIER,
    SENTENCE_NEVER,
    SENTENCE_REFUSED,
    SENTENCE_HOURS_ON_SITE,
    SENTENCES
};

/* A French « and its word, a word and its ; or : stay on one line: \u00a0 and \u202f do that. */
static const char *const sentences[LANGUAGES][SENTENCES] = {
    {
        "Nous attendons la prochaine livraison de «\u00a0%N\u00a0», prévue le %D.",
        "Nous attendons «\u00a0%N\u00a0» de notre fournisseur pour le %D.",
        "Nous recevrons «\u00a0%N\u00a0» de notre fournisseur le %D.",
        "Notre équipe (%n) aura préparé votre commande le %T.",
        "Votre commande sera prête à temps\u202f; %N passe la prendre le %T.",
        "Tout est en stock et notre équipe est disponible\u00a0: rien ne fait attendre votre "
        "commande.",
        "Complet pour le moment\u00a0: «\u00a0%N\u00a0» n’arrive que le %D\u202f; vous seriez "
        "livré le "
        "%P au plus tôt.",
        "Complet pour le moment\u00a0: le temps de notre équipe (%n) est réservé\u202f; vous "
        "seriez "
        "servi le %P au plus tôt.",
        "Complet pour le moment\u00a0: %N n’a plus de place avant\u202f; vous seriez livré le %P "
        "au "
        "plus tôt.",
        "Complet pour le moment\u00a0: la première date serait le %P.",
        "Épuisé\u00a0: nous n’attendons pas assez de «\u00a0%N\u00a0» pour vous donner une date.",
        "Complet\u00a0: notre équipe (%n) n’a plus assez de temps libre pour vous donner une date.",
        "Complet\u00a0: %N n’a plus de place à une date que nous pouvons promettre.",
        "Nous ne pouvons pas donner de date pour cette commande.",
        "Cette commande ne peut pas être prise telle quelle.",
        "Notre équipe (%n) a du temps pour vous\u202f; tout sera terminé le %T.",
    },
    {
        "We are waiting for the next delivery of “%N”, due on %D.",
        "We are waiting for “%N” from our supplier, due on %D.",
        "We will receive “%N” from our supplier on %D.",
        "Our %n team will have your order ready on %T.",
        "Your order will be ready in time; %N collects it on %T.",
        "Everything is in stock and our team has time: nothing makes your order wait.",
        "Sold out for now: “%N” arrives only on %D; the first date would be %P.",
        "Sold out for now: the time of our %n team is taken; the first date would be %P.",
        "Sold out for now: %N has no room left before; the first date would be %P.",
        "Sold out for now: the first date would be %P.",
        "Sold out: we do not expect enough “%N” to give you a date.",
        "Fully booked: our %n team has not enough free time left to give you a date.",
        "Fully booked: %N has no room left on a day that we can promise.",
        "We cannot give a date for this order.",
        "This order cannot be taken as it is.",
        "Our %n team has time for you; all will be done on %T.",
    },
};

static void append_date(struct text *to, enum language language, int32_t day)
{
    struct civil_date date = civil_of_day(day);
    const char *weekday = weekday_names[language][weekday_of_day(day)];
    const char *month = month_names[language][date.month - 1];
    const char *first = language == LANGUAGE_FR && date.day == 1 ? "er" : "";
    text_append_string(to, weekday);
    text_append_char(to, ' ');
    text_append_integer(to, date.day);
    text_append_string(to, first);
    text_append_char(to, ' ');
    text_append_string(to, month);
    text_append_char(to, ' ');
    text_append_integer(to, date.year);
}

static void append_time(struct text *to, enum language language, const struct zone *zone,
                        int64_t at)
{
    append_date(to, language, zone_day(zone, at));
    int32_t minute = zone_second_of_day(zone, at) / 60;
    text_append_string(to, language == LANGUAGE_FR ? " à " : " at ");
    text_append_integer(to, minute / 60);
    text_append_string(to, language == LANGUAGE_FR ? "\u202fh\u202f" : ":");
    text_append_string(to, minute % 60 < 10 ? "0" : "");
    text_append_integer(to, minute % 60);
}

/* `colissimo` is shown as Colissimo, `sea-salt` as Sea salt. A key is made of ASCII, or its first
 * letter stays as it is. */
static void append_name(struct text *to, const char *name, bool as_a_name)
{
    if (as_a_name && *name >= 'a' && *name <= 'z') {
        text_append_char(to, (char)(*name - 'a' + 'A'));
        name++;
    }
    for (; *name != '\0'; name++) {
        text_append_char(to, *name == '-' || *name == '_' ? ' ' : *name);
    }
}

const char *promise_cause_text(enum promise_cause cause)
{
    static const char *const words[] = {"stock", "supply", "cash", "hours", "carrier", "none"};
    ASSERT((size_t)cause < sizeof words / sizeof *words);
    return words[cause];
}

const char *promise_limit_name(const struct shop *shop, const struct promise_limit *limit)
{
    switch (limit->cause) {
    case CAUSE_STOCK:
    case CAUSE_SUPPLY:
    case CAUSE_CASH:
        return limit->index < shop->item_count ? shop->items[limit->index].name : NULL;
    case CAUSE_HOURS:
        return limit->index < shop->work_center_count ? shop->work_centers[limit->index].name
                                                      : NULL;
    case CAUSE_CARRIER:
        return limit->index < shop->carrier_count ? shop->carriers[limit->index].name : NULL;
    case CAUSE_NONE:
        return NULL;
    }
    UNREACHABLE();
}

/* `base` is the sentence for stock; supply and cash of a refusal read as stock does: the item is
 * what the customer misses. */
static enum sentence refusal_sentence(enum sentence base, enum promise_cause cause)
{
    switch (cause) {
    case CAUSE_STOCK:
    case CAUSE_SUPPLY:
    case CAUSE_CASH:
        return base;
    case CAUSE_HOURS:
        return base + 1;
    case CAUSE_CARRIER:
        return base + 2;
    case CAUSE_NONE:
        return base + 3;
    }
    UNREACHABLE();
}

static enum sentence sentence_of(const struct promise_answer *answer, enum promise_cause cause)
{
    switch (answer->result) {
    case PROMISE_OK:
    case PROMISE_REPEATED:
        return SENTENCE_STOCK + (enum sentence)cause;
    case PROMISE_SOLD_OUT:
        return refusal_sentence(SENTENCE_SOLD_OUT_STOCK, cause);
    case PROMISE_NEVER:
        return refusal_sentence(SENTENCE_NEVER_STOCK, cause);
    default:
        return SENTENCE_REFUSED;
    }
}

void promise_reason(const struct shop *shop, const struct promise_answer *answer,
                    enum language language, struct text *to)
{
    const struct promise_summary *summary =
        answer->result == PROMISE_REPEATED ? &answer->order.first : &answer->summary;
    const struct promise_limit *limit = &summary->limit;
    const struct promise_dates *dates = &summary->dates;
    const char *name = promise_limit_name(shop, limit);
    enum sentence which = sentence_of(answer, name != NULL ? limit->cause : CAUSE_NONE);
    if (which == SENTENCE_HOURS && !dates->has_ship_by) {
        which = SENTENCE_HOURS_ON_SITE;
    }
    for (const char *c = sentences[language][which]; *c != '\0'; c++) {
        if (*c != '%') {
            const char *end = strchrnul(c, '%');
            text_append(to, c, (size_t)(end - c));
            c = end - 1;
            continue;
        }
        c++;
        if ((*c == 'N' || *c == 'n') && name != NULL) {
            append_name(to, name, *c == 'N');
        } else if (*c == 'D') {
            append_date(to, language, zone_day(&shop->zone, limit->until));
        } else if (*c == 'T') {
            append_time(to, language, &shop->zone, limit->until);
        } else if (*c == 'P') {
            append_date(to, language, answer->possible_day);
        }
    }
}
