/* --surge FILE -> csv_read -> sums of its minutes, from --from on, as many as the run lasts
 * --moment NAME -> the shop file -> visitors (likely), rise, half life, requests of a visit
 * else -> --visitors, --rise, --half-life
 *
 * Options beat the shop file's figures. A row is a minute, whatever its first column says: files
 * that leave out quiet minutes are a little denser than what they recorded. */
#include "commands/crowd_shape.h"

#include "base/decimal.h"
#include "commands/nearest.h"
#include "commands/shop_open.h"
#include "exchange/csv_read.h"

#include <stdlib.h>

enum {
    VISITORS_DEFAULT = 1000,
    RISE_DEFAULT = 10,
    HALF_LIFE_DEFAULT = 20,
    HALF_LIVES = 8,
    /* then 0.4 percent of the peak are left */ PAGES_MAX = 1000
};

struct surge {
    const char *from; /* NULL: the first row */
    uint64_t *sums;
    uint32_t count;
    uint32_t wanted; /* 0: all */
    bool begun;
    uint64_t bad_line; /* 0: none */
};

/* False: enough, or a row that cannot be read. */
static bool surge_row(void *context, const struct csv_row *row)
{
    struct surge *surge = context;
    int64_t requests;
    struct slice at = csv_field(row, 0);
    if (decimal_read(csv_field(row, 1), 0, &requests) != DECIMAL_OK || requests < 0 ||
        requests > UINT32_MAX) {
        surge->bad_line = row->line > 1 ? row->line : 0; /* the first may be a head */
        return row->line == 1;
    }
    surge->begun = surge->begun || surge->from == NULL ||
                   (at.length >= strlen(surge->from) &&
                    memcmp(at.data, surge->from, strlen(surge->from)) == 0);
    if (surge->begun) {
        uint64_t before = surge->count == 0 ? 0 : surge->sums[surge->count - 1];
        surge->sums[surge->count++] = before + (uint64_t)requests;
    }
    return surge->count < LIMIT_CROWD_MINUTES && surge->count != surge->wanted;
}

static enum status surge_read(const struct call *call, const char *path, struct surge *surge,
                              struct fault *fault)
{
    struct csv_facts facts;
    const struct csv_reader reader = {.row = surge_row, .context = surge};
    enum status status = csv_read(path, &reader, &facts, fault);
    if (status != STATUS_OK) {
        return status;
    }
    if (surge->bad_line > 0) {
        return fault_set(fault, STATUS_INVALID,
                         "%s:%llu: a row is a time and a whole number of requests, as "
                         "1998-06-25 15:58:00,213235",
                         path, (unsigned long long)surge->bad_line);
    }
    if (surge->count == 0 && call_value(call, "from") != NULL) {
        return fault_set(fault, STATUS_INVALID, "%s: no row begins with %s; see --from", path,
                         surge->from);
    }
    if (surge->count == 0 || surge->sums[surge->count - 1] == 0) {
        return fault_set(fault, STATUS_INVALID, "%s: there are no requests in it", path);
    }
    return STATUS_OK;
}

static enum status surge_choose(const struct call *call, struct crowd_plan *plan, uint64_t **sums,
                                struct fault *fault)
{
    const char *path = call_value(call, "surge");
    struct surge surge = {.from = call_value(call, "from"),
                          .wanted = (uint32_t)(plan->seconds * plan->speed / 60 + 0.999)};
    surge.sums = calloc(LIMIT_CROWD_MINUTES, sizeof *surge.sums);
    if (surge.sums == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for %s", path);
    }
    *sums = surge.sums;
    enum status status = surge_read(call, path, &surge, fault);
    if (status == STATUS_OK) {
        plan->shape.minute_count = surge.count;
        plan->shape.sums = surge.sums;
        uint64_t visits = surge.sums[surge.count - 1] / plan->pages;
        plan->visitors = visits > LIMIT_CROWD_VISITORS ? LIMIT_CROWD_VISITORS + 1
                                                       : (uint32_t)(visits > 0 ? visits : 1);
    }
    return status;
}

static const struct moment *moment_named(const struct shop *shop, const char *name,
                                         struct fault *fault)
{
    struct nearest nearest;
    nearest_begin(&nearest, slice_of(name));
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        if (strcmp(shop->moments[i].name, name) == 0) {
            return &shop->moments[i];
        }
        nearest_try(&nearest, shop->moments[i].name);
    }
    (void)fault_set(fault, STATUS_INVALID, "there is no moment %s in the shop file%s%s", name,
                    nearest.best != NULL ? "; did you mean " : "",
                    nearest.best != NULL ? nearest.best : "");
    return NULL;
}

static enum status moment_choose(const struct call *call, struct crowd_plan *plan,
                                 struct fault *fault)
{
    struct shop *shop = NULL;
    const char *path = call_value(call, "shop");
    if (path == NULL) {
        return fault_set(fault, STATUS_INVALID, "--moment: name the shop file too, --shop FILE");
    }
    enum status status = shop_file_read(call, path, NULL, NULL, &shop, fault);
    if (status != STATUS_OK) {
        return status;
    }
    const struct moment *moment = moment_named(shop, call_value(call, "moment"), fault);
    if (moment != NULL) {
        int64_t pages = (shop->site.requests_per_visit_thousandths + THOUSAND / 2) / THOUSAND;
        int64_t most = LIMIT_CROWD_VISITORS + 1;
        plan->visitors =
            (uint32_t)(moment->visitors_likely < most ? moment->visitors_likely : most);
        plan->shape.rise_seconds = moment->rise_seconds;
        plan->shape.half_life_seconds = moment->half_life_seconds;
        plan->pages = pages < 1 ? 1 : pages > PAGES_MAX ? PAGES_MAX : (uint32_t)pages;
    }
    shop_free(shop);
    return moment != NULL ? STATUS_OK : STATUS_INVALID;
}

static enum status options_choose(const struct call *call, struct crowd_plan *plan,
                                  struct fault *fault)
{
    int64_t visitors = plan->visitors;
    int64_t pages = plan->pages;
    int64_t rise = (int64_t)plan->shape.rise_seconds;
    int64_t half_life = (int64_t)plan->shape.half_life_seconds;
    if (call_number(call, "visitors", 1, LIMIT_CROWD_VISITORS, &visitors, fault) != STATUS_OK ||
        call_number(call, "rise", 1, LIMIT_CROWD_SECONDS, &rise, fault) != STATUS_OK ||
        call_number(call, "half-life", 1, LIMIT_CROWD_SECONDS, &half_life, fault) != STATUS_OK ||
        call_number(call, "pages", 1, PAGES_MAX, &pages, fault) != STATUS_OK) {
        return fault->status;
    }
    plan->visitors = (uint32_t)visitors;
    plan->pages = (uint32_t)pages;
    plan->shape.rise_seconds = (double)rise;
    plan->shape.half_life_seconds = (double)half_life;
    return STATUS_OK;
}

enum status crowd_shape_choose(const struct call *call, struct crowd_plan *plan, uint64_t **sums,
                               struct fault *fault)
{
    bool surge = call_value(call, "surge") != NULL;
    bool moment = call_value(call, "moment") != NULL;
    *sums = NULL;
    plan->visitors = VISITORS_DEFAULT;
    plan->shape.rise_seconds = RISE_DEFAULT;
    plan->shape.half_life_seconds = HALF_LIFE_DEFAULT;
    plan->shape.half_lives = HALF_LIVES;
    if (surge && (moment || call_value(call, "rise") != NULL || call_value(call, "half-life"))) {
        return fault_set(fault, STATUS_INVALID,
                         "a crowd has one shape: --surge, or --moment, or --rise and --half-life");
    }
    enum status status = options_choose(call, plan, fault); /* --pages decides a surge's visitors */
    if (status == STATUS_OK && surge) {
        status = surge_choose(call, plan, sums, fault);
    } else if (status == STATUS_OK && moment) {
        status = moment_choose(call, plan, fault);
    }
    if (status == STATUS_OK) {
        status = options_choose(call, plan, fault);
    }
    if (status == STATUS_OK && (plan->visitors == 0 || plan->visitors > LIMIT_CROWD_VISITORS)) {
        status = fault_set(fault, STATUS_INVALID,
                           "that would be over %d visitors, or none: give --visitors, 1 to %d",
                           LIMIT_CROWD_VISITORS, LIMIT_CROWD_VISITORS);
    }
    return status;
}
