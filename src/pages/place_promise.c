/* A look -> old: the question goes to the core, and what is there is used
 *        -> the ladder of each offer -> the rung -> its sentence, made beforehand
 *
 * Invariant: `question` is the core's from submit to done; `kept` is the door's alone. A shop file
 * that was applied meanwhile makes all of it void, because offers are numbers of a shop. */
#include "pages/place_promise.h"

#include "base/assert.h"
#include "pages/place_ladder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PLACE_FRESH_NS 1000000000ull
/* So long at most orders wait for a question, an offer's ladder more or less: what is not reached
 * comes first the next time. Ladders whose answers cost more get fewer rungs. */
#define PLACE_MOST_NS 5000000ull

enum {
    CORE_TIME_PARTS = 50, /* of the core's time, one part at most is spent on this */
    SAMPLES = 64,
    SAMPLE_SECONDS = 10,
    RUNGS_LEAST = 8,
    SENTENCE_BYTES = 512,
    MEMBER_BYTES = 192
};

/* How many had gone in by then. */
struct sample {
    int64_t at; /* second UTC */
    uint64_t entries;
};

struct place_question {
    struct engine_task task; /* first: `done` gets its address */
    struct place_promises *places;
    const struct shop *shop; /* that it was asked of */
    uint32_t first;          /* the offer to begin with */
    uint32_t rungs_most;
    struct place_crowd crowd;
    struct place_load load;
    /* Out. */
    uint64_t took_ns;
    uint32_t made; /* so many ladders, from the first on, round */
    struct place_ladder ladders[STORE_MOMENT_OFFERS_MAX];
};

/* What is said of one rung. */
struct said {
    bool full;
    char *sentences[LANGUAGES]; /* NULL: nothing */
    char member[MEMBER_BYTES];
};

struct place_promises {
    struct store *store;
    bool asking;
    uint64_t due_ns;
    struct place_question question;
    const struct shop *shop; /* that the kept answers are of; NULL: there are none */
    uint32_t offer_count;
    uint16_t offers[STORE_MOMENT_OFFERS_MAX];
    uint64_t units[STORE_MOMENT_OFFERS_MAX]; /* of each visitor, in millionths */
    struct place_ladder ladders[STORE_MOMENT_OFFERS_MAX];
    struct said said[STORE_MOMENT_OFFERS_MAX][PLACE_RUNGS_MAX];
    uint32_t sample_count, sample_next;
    struct sample samples[SAMPLES]; /* a ring, by time */
};

struct place_promises *place_promise_open(struct store *store)
{
    struct place_promises *places = calloc(1, sizeof *places);
    if (places != NULL) {
        places->store = store;
        places->question.rungs_most = PLACE_RUNGS_MAX;
    }
    return places;
}

static void offer_forget(struct place_promises *places, uint32_t offer)
{
    for (uint32_t k = 0; k < places->ladders[offer].count; k++) {
        for (int language = 0; language < LANGUAGES; language++) {
            free(places->said[offer][k].sentences[language]);
            places->said[offer][k].sentences[language] = NULL;
        }
    }
    places->ladders[offer].count = 0;
}

static void said_forget(struct place_promises *places)
{
    for (uint32_t i = 0; i < places->offer_count; i++) {
        offer_forget(places, i);
    }
    places->offer_count = 0;
    places->shop = NULL;
}

void place_promise_close(struct place_promises *places)
{
    if (places != NULL) {
        said_forget(places);
        free(places);
    }
}

/* ---- who went in ---- */

static int64_t now_utc(const struct place_promises *places)
{
    return places->store->env->now(places->store->env);
}

static const struct sample *sample_newest(const struct place_promises *places)
{
    return places->sample_count == 0
               ? NULL
               : &places->samples[(places->sample_next + SAMPLES - 1) % SAMPLES];
}

void place_promise_tick(struct place_promises *places, const struct gate *gate)
{
    int64_t now = now_utc(places);
    const struct sample *newest = sample_newest(places);
    /* Another line, or a clock that was set back: what was counted says nothing any more. */
    if (newest != NULL && (gate->entries < newest->entries || now < newest->at)) {
        places->sample_count = 0;
        newest = NULL;
    }
    if (newest == NULL || now - newest->at >= SAMPLE_SECONDS) {
        places->samples[places->sample_next] = (struct sample){now, gate->entries};
        places->sample_next = (places->sample_next + 1) % SAMPLES;
        places->sample_count += places->sample_count < SAMPLES;
    }
}

/* ---- asking ---- */

/* On the core's thread. */
static void question_answer(struct promise_state *state, int64_t now, void *context)
{
    struct place_question *question = context;
    struct env *env = question->places->store->env;
    uint64_t began = env->ticks_ns(env);
    place_crowd_learn(state, now, &question->crowd);
    place_load_fill(state, now, &question->crowd, &question->load);
    uint32_t count = question->crowd.offer_count;
    question->made = 0;
    while (question->made < count &&
           (question->made == 0 || env->ticks_ns(env) - began < PLACE_MOST_NS)) {
        uint32_t index = (question->first + question->made) % count;
        place_ladder_make(state, now, &question->crowd, &question->load, index,
                          question->rungs_most, &question->ladders[index]);
        question->made++;
    }
    question->took_ns = env->ticks_ns(env) - began;
}

static void day_words(const struct store_view *view, struct text *to, int32_t day)
{
    json_t *words = store_view_day(view, day);
    text_append_string(to, " ");
    text_append_string(to, json_string_value(words));
    json_decref(words);
}

/* NULL: nothing can be said. */
static char *sentence_of(const struct store_view *view, const struct place_promise *promise)
{
    if (promise->kind == PLACE_UNKNOWN) {
        return NULL;
    }
    struct text text;
    text_init(&text, SENTENCE_BYTES);
    if (promise->kind == PLACE_FULL) {
        bool until = promise->has_possible;
        text_append_string(
            &text, store_page_message(view->language, until ? MESSAGE("from-place-full-until")
                                                            : MESSAGE("from-place-full")));
        if (until) {
            day_words(view, &text, promise->arrives_day);
        }
    } else {
        text_append_string(&text,
                           store_page_message(view->language, promise->kind == PLACE_IN_STOCK
                                                                  ? MESSAGE("from-place-stock")
                                                                  : MESSAGE("from-place-made")));
        day_words(view, &text, promise->leaves_day);
    }
    return text.bytes;
}

static void day_member(struct text *to, const char *name, bool is_known, int32_t day)
{
    char text[16];
    size_t length = day_write(text, day);
    if (is_known) {
        text_append_format(to, ",\"%s\":\"%.*s\"", name, (int)length, text);
    } else {
        text_append_format(to, ",\"%s\":null", name);
    }
}

/* The end of openapi.json's PlaceOffer. */
static void member_write(const struct place_rung *rung, char member[MEMBER_BYTES])
{
    static const char *const kinds[] = {[PLACE_UNKNOWN] = "unknown",
                                        [PLACE_IN_STOCK] = "in-stock",
                                        [PLACE_MADE] = "made",
                                        [PLACE_FULL] = "full"};
    struct text text;
    const struct place_promise *promise = &rung->promise;
    bool dated = promise->kind == PLACE_IN_STOCK || promise->kind == PLACE_MADE;
    text_init(&text, MEMBER_BYTES);
    text_append_format(&text, ",\"promise\":\"%s\"", kinds[promise->kind]);
    day_member(&text, "leaves_on", dated, promise->leaves_day);
    day_member(&text, "arrives_on", dated, promise->arrives_day);
    day_member(&text, "possible_on", promise->has_possible, promise->arrives_day);
    text_append_char(&text, '}');
    (void)snprintf(member, MEMBER_BYTES, "%.*s", (int)text.length,
                   text.length == 0 ? "" : text.bytes);
    text_free(&text);
}

/* The ladder of one offer, and what is said of each of its rungs. */
static void ladder_keep(struct place_promises *places, uint32_t index)
{
    const struct place_question *question = &places->question;
    offer_forget(places, index);
    places->offers[index] = question->crowd.offers[index];
    places->units[index] = question->crowd.units[index];
    places->ladders[index] = question->ladders[index];
    for (uint32_t k = 0; k < places->ladders[index].count; k++) {
        const struct place_rung *rung = &places->ladders[index].rungs[k];
        struct said *said = &places->said[index][k];
        for (int language = 0; language < LANGUAGES; language++) {
            struct store_view view =
                store_view_of(places->store, places->shop, (enum language)language);
            said->sentences[language] = sentence_of(&view, &rung->promise);
        }
        said->full = rung->promise.kind == PLACE_FULL;
        member_write(rung, said->member);
    }
}

static void question_keep(struct place_promises *places)
{
    struct place_question *question = &places->question;
    uint32_t count = question->crowd.offer_count;
    places->shop = question->shop;
    places->offer_count = count;
    for (uint32_t i = 0; i < question->made; i++) {
        ladder_keep(places, (question->first + i) % count);
    }
    question->first = (question->first + question->made) % count;
}

static void rungs_adapt(struct place_question *question)
{
    uint64_t each_ns = question->made == 0 ? 0 : question->took_ns / question->made;
    if (each_ns > PLACE_MOST_NS && question->rungs_most > RUNGS_LEAST) {
        question->rungs_most /= 2;
    } else if (each_ns < PLACE_MOST_NS / 4 && question->rungs_most < PLACE_RUNGS_MAX) {
        question->rungs_most *= 2;
    }
}

static void question_done(struct engine_task *task)
{
    struct place_question *question = (struct place_question *)task;
    struct place_promises *places = question->places;
    uint64_t pause = CORE_TIME_PARTS * question->took_ns;
    places->asking = false;
    places->due_ns = places->store->env->ticks_ns(places->store->env) +
                     (pause > PLACE_FRESH_NS ? pause : PLACE_FRESH_NS);
    if (task->status == STATUS_OK && question->shop == places->store->shop) {
        question_keep(places);
        rungs_adapt(question);
    }
}

static void question_begin(struct place_promises *places, const struct gate *gate)
{
    struct place_question *question = &places->question;
    uint32_t oldest = (places->sample_next + SAMPLES - places->sample_count) % SAMPLES;
    bool sampled = places->sample_count > 0 && gate->entries >= places->samples[oldest].entries;
    question->places = places;
    if (question->shop != places->store->shop) {
        question->first = 0; /* another shop, other offers */
    }
    question->shop = places->store->shop;
    question->crowd = (struct place_crowd){
        .ahead_most = gate_waiting(gate) + gate->chamber_count,
        .visitors = sampled ? gate->entries - places->samples[oldest].entries : 0,
        .since = sampled ? places->samples[oldest].at : now_utc(places)};
    question->crowd.offer_count = store_moment_offers(places->store, question->crowd.offers);
    question->task = (struct engine_task){.kind = TASK_QUESTION,
                                          .question = question_answer,
                                          .context = question,
                                          .done = question_done};
    places->asking =
        question->crowd.offer_count > 0 && engine_submit(places->store->engine, &question->task);
}

/* Where what is kept is too old, the core is asked, unless it is asked already. */
static void look(struct place_promises *places, const struct gate *gate)
{
    uint64_t now_ns = places->store->env->ticks_ns(places->store->env);
    if (places->shop != places->store->shop) {
        said_forget(places);
    }
    if (!places->asking && (now_ns >= places->due_ns || places->shop == NULL)) {
        question_begin(places, gate);
    }
}

/* ---- saying ---- */

static const struct said *said_find(const struct place_promises *places, uint32_t index,
                                    uint32_t ahead)
{
    const struct place_ladder *ladder = &places->ladders[index];
    const struct place_rung *rung = place_ladder_find(ladder, ahead);
    return rung == NULL ? NULL : &places->said[index][rung - ladder->rungs];
}

void place_promise_say(struct place_promises *places, const struct gate *gate, uint32_t ahead,
                       struct page_words *words)
{
    static const char *const names[STORE_MOMENT_OFFERS_MAX] = {"offer0", "offer1", "offer2",
                                                               "offer3", "offer4", "offer5"};
    look(places, gate);
    for (uint32_t i = 0; i < places->offer_count; i++) {
        const struct said *said = said_find(places, i, ahead);
        const char *sentence = said != NULL ? said->sentences[words->language] : NULL;
        if (sentence != NULL) {
            page_words_open(words, names[i]);
            page_words_text(words, "says", sentence);
            page_words_flag(words, "full", said->full);
            page_words_close(words);
        }
    }
}

void place_promise_append(struct place_promises *places, const struct gate *gate, uint32_t ahead,
                          struct text *to)
{
    uint32_t written = 0;
    look(places, gate);
    ASSERT(places->shop != NULL || places->offer_count == 0);
    for (uint32_t i = 0; i < places->offer_count; i++) {
        const struct said *said = said_find(places, i, ahead);
        if (said != NULL) {
            text_append_format(to, "%s{\"offer\":\"%s\",\"taken_before\":%" PRIu64,
                               written++ == 0 ? "\"offers\":[" : ",",
                               places->shop->offers[places->offers[i]].name,
                               place_crowd_of(places->units[i], ahead));
            text_append_string(to, said->member);
        }
    }
    text_append_string(to, written > 0 ? "]," : "");
}
