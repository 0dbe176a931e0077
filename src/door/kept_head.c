/* Heads of answers that are kept: lines of "Name: value", as they are sent again.
 *
 *   a new answer   its fields -> may it be kept? -> lines
 *   a 304          its fields and the lines -> lines -> may it still be kept?
 *
 * Both are judged field by field by the same rules (fact_take). Most answers are not kept, so a new
 * one is judged before anything is copied. */
#include "base/assert.h"
#include "door/bytes.h"
#include "door/fill.h"

struct line {
    struct slice whole, name, value;
};

static bool line_next(struct slice *lines, struct line *line)
{
    if (lines->length == 0) {
        return false;
    }
    const char *start = lines->data;
    struct slice text = slice_cut(*lines, '\n', lines);
    line->whole = (struct slice){start, text.length + 1};
    text.length -= text.length > 0 && text.data[text.length - 1] == '\r' ? 1 : 0;
    line->name = slice_cut(text, ':', &line->value);
    line->value = slice_trim(line->value);
    return true;
}

struct slice kept_head_field(struct slice lines, struct slice name)
{
    struct line line;
    while (line_next(&lines, &line)) {
        if (http_equal_any_case(line.name, name)) {
            return line.value;
        }
    }
    return (struct slice){NULL, 0};
}

void kept_head_current(struct slice lines, struct text *to)
{
    static const struct slice names[] = {
        SLICE("cache-control"), SLICE("content-location"), SLICE("date"), SLICE("etag"),
        SLICE("expires"),       SLICE("last-modified"),    SLICE("vary")};
    struct line line;
    while (line_next(&lines, &line)) {
        if (HTTP_IS_ONE_OF(line.name, names)) {
            text_append_slice(to, line.whole);
        }
    }
}

/* ---- what it says ---- */

/* Said to one visitor, or to us, or about a part. */
static bool is_for_one(struct slice name)
{
    static const struct slice names[] = {SLICE("set-cookie"), SLICE("set-cookie2"),
                                         SLICE("content-range")};
    return HTTP_IS_ONE_OF(name, names) || http_begins_any_case(name, SLICE("ecluse-"));
}

/* What a field says. False: it is for one. */
static bool fact_take(struct freshness_answer *answer, struct slice name, struct slice value)
{
    if (is_for_one(name)) {
        return false;
    }
    if (http_equal_any_case(name, SLICE("cache-control"))) {
        freshness_directives_read(&answer->control, value);
    } else if (http_equal_any_case(name, SLICE("expires"))) {
        answer->expires_twice = answer->expires.data != NULL;
        answer->expires = value;
    } else if (http_equal_any_case(name, SLICE("date"))) {
        answer->date = value;
    } else if (http_equal_any_case(name, SLICE("pragma"))) {
        answer->pragma = value;
    }
    return true;
}

static bool facts_of_lines(struct slice lines, struct freshness_answer *answer)
{
    struct line line;
    bool takes = true;
    freshness_directives_clear(&answer->control);
    while (takes && line_next(&lines, &line)) {
        takes = fact_take(answer, line.name, line.value);
    }
    return takes;
}

static bool facts_of_response(const struct http_response *response, const char *bytes,
                              struct freshness_answer *answer)
{
    bool takes = true;
    freshness_directives_clear(&answer->control);
    for (uint16_t i = 0; i < response->header_count && takes; i++) {
        takes = fact_take(answer, http_span_slice(bytes, response->headers[i].name),
                          http_span_slice(bytes, response->headers[i].value));
    }
    return takes;
}

/* A path that ends like a file of one kind, with a page in it: what the address names is not what
 * is there, so somebody may have been led to it to have their own page kept under it. */
static bool type_is_belied(struct slice path, struct slice type)
{
    static const struct slice files[] = {
        SLICE("css"),  SLICE("js"),    SLICE("mjs"),  SLICE("json"), SLICE("png"), SLICE("jpg"),
        SLICE("jpeg"), SLICE("gif"),   SLICE("webp"), SLICE("avif"), SLICE("svg"), SLICE("ico"),
        SLICE("woff"), SLICE("woff2"), SLICE("ttf"),  SLICE("eot"),  SLICE("pdf"), SLICE("txt"),
        SLICE("xml"),  SLICE("csv"),   SLICE("mp4"),  SLICE("webm"), SLICE("zip"), SLICE("map")};
    const char *dot = path.length > 0 ? memrchr(path.data, '.', path.length) : NULL;
    if (dot == NULL) {
        return false;
    }
    struct slice ending = slice_from(path, (size_t)(dot + 1 - path.data));
    return HTTP_IS_ONE_OF(ending, files) &&
           (type.length == 0 || memmem(type.data, type.length, "html", 4) != NULL);
}

/* What holds for answers that do not say how long they are fresh. */
static struct freshness_usual usual_of(const struct fill *fill, struct slice path,
                                       struct slice type)
{
    const struct door_cache_settings *settings = &fill->cache->settings;
    bool plain = settings->seconds > 0 && fill->plain && !type_is_belied(path, type);
    return (struct freshness_usual){.seconds = plain ? settings->seconds : 0,
                                    .stale_seconds = settings->stale_seconds};
}

static int64_t now_utc(const struct micro_cache *cache)
{
    struct env *env = cache->upstream->door->options.env;
    return env->now(env);
}

static int64_t delay_seconds(const struct micro_cache *cache, const struct exchange *exchange)
{
    struct env *env = cache->upstream->door->options.env;
    return (int64_t)((env->ticks_ns(env) - exchange->started_ns) / 1000000000);
}

static struct slice response_field(const struct http_response *response, const char *bytes,
                                   struct slice name)
{
    for (uint16_t i = 0; i < response->header_count; i++) {
        if (http_equal_any_case(http_span_slice(bytes, response->headers[i].name), name)) {
            return http_span_slice(bytes, response->headers[i].value);
        }
    }
    return (struct slice){NULL, 0};
}

/* ---- a new answer ---- */

/* The names of all Vary fields. A coded body varies by what codings are accepted, said or not. */
static void vary_gather(struct slice lines, struct text *vary)
{
    struct line line;
    bool coded = kept_head_field(lines, SLICE("content-encoding")).length > 0;
    text_clear(vary);
    if (coded) {
        text_append_string(vary, "accept-encoding");
    }
    while (line_next(&lines, &line)) {
        if (http_equal_any_case(line.name, SLICE("vary"))) {
            text_append_string(vary, vary->length > 0 ? "," : "");
            text_append_slice(vary, line.value);
        }
    }
}

bool kept_head_take(struct fill *fill, const struct exchange *exchange,
                    const struct http_response *response, const char *bytes)
{
    struct micro_cache *cache = fill->cache;
    const struct door *door = cache->upstream->door;
    struct text *lines = &cache->lines;
    struct freshness_answer answer = {.status = response->status,
                                      .age = response_field(response, bytes, SLICE("age"))};
    struct freshness_usual usual = usual_of(fill, door_path(exchange->request),
                                            response_field(response, bytes, SLICE("content-type")));
    if (!facts_of_response(response, bytes, &answer) ||
        !freshness_of(&answer, &usual, now_utc(cache), delay_seconds(cache, exchange),
                      &fill->kept->freshness)) {
        return false;
    }
    text_clear(lines);
    forward_kept_lines(response, bytes, exchange->changed, lines);
    if (!response->has_date) {
        text_append(lines, door->date, door->date_length);
    }
    vary_gather(text_slice(lines), &cache->vary);
    text_clear(&cache->selection);
    if (lines->overflow || cache->vary.overflow ||
        !cache_ask_select(exchange->request, text_slice(&cache->vary), &cache->selection)) {
        return false;
    }
    fill->kept->status = response->status;
    fill->kept->since_ms = (int64_t)micro_now_ms(cache);
    return shelf_head_set(fill->kept, text_slice(lines), text_slice(&cache->vary),
                          text_slice(&cache->selection));
}

/* ---- a 304 ---- */

/* RFC 9111 section 3.2: all but what is about the body, and what was for one. The body may have had
 * a text put in, of which the 304 does not know. */
static bool is_updated(struct slice name)
{
    static const struct slice not [] = {SLICE("content-length"),
                                        SLICE("content-encoding"),
                                        SLICE("content-type"),
                                        SLICE("content-range"),
                                        SLICE("accept-ranges"),
                                        SLICE("vary"),
                                        SLICE("etag")};
    return !HTTP_IS_ONE_OF(name, not ) && !is_for_one(name);
}

/* The lines of `old` that `new` does not have, then those of `new`. */
static void lines_merge(struct slice old, struct slice new, struct text *to)
{
    struct line line;
    text_clear(to);
    while (line_next(&old, &line)) {
        if (!is_updated(line.name) || kept_head_field(new, line.name).data == NULL) {
            text_append_slice(to, line.whole);
        }
    }
    while (line_next(&new, &line)) {
        if (is_updated(line.name)) {
            text_append_slice(to, line.whole);
        }
    }
}

bool kept_head_update(struct micro_cache *cache, struct kept *kept, const struct exchange *exchange,
                      const struct http_response *response, const char *bytes)
{
    struct freshness_answer answer = {.status = kept->status,
                                      .age = response_field(response, bytes, SLICE("age"))};
    struct freshness_answer said = {.status = kept->status};
    struct slice etag = response_field(response, bytes, SLICE("etag"));
    struct slice known = kept_head_field(kept->lines, SLICE("etag"));
    struct text *lines = &cache->lines;
    struct text *merged = &cache->selection;
    text_clear(lines);
    forward_kept_lines(response, bytes, false, lines);
    if (!response->has_date) {
        text_append(lines, cache->upstream->door->date, cache->upstream->door->date_length);
    }
    if (lines->overflow || !facts_of_response(response, bytes, &said) ||
        (etag.length > 0 && !slice_equal(cache_ask_weakly(etag), cache_ask_weakly(known)))) {
        return false;
    }
    lines_merge(kept->lines, text_slice(lines), merged);
    struct freshness_usual usual =
        usual_of(exchange->fill, door_path(exchange->request),
                 kept_head_field(text_slice(merged), SLICE("content-type")));
    struct freshness freshness;
    if (merged->overflow || !facts_of_lines(text_slice(merged), &answer) ||
        !freshness_of(&answer, &usual, now_utc(cache), delay_seconds(cache, exchange),
                      &freshness) ||
        !shelf_head_set(kept, text_slice(merged), kept->vary, kept->selection)) {
        return false;
    }
    kept->freshness = freshness;
    kept->since_ms = (int64_t)micro_now_ms(cache);
    return true;
}
