/* --surge FILE -> surge_file_read, from --from on, as many minutes as the run lasts
 * --moment NAME -> the shop file -> visitors (likely), rise, half life, requests of a visit
 * else -> --visitors, --rise, --half-life
 *
 * Options beat the shop file's figures. */
#include "commands/crowd_shape.h"

#include "base/decimal.h"
#include "commands/shop_open.h"
#include "commands/surge_file.h"

enum {
    VISITORS_DEFAULT = 1000,
    RISE_DEFAULT = 10,
    HALF_LIFE_DEFAULT = 20,
    HALF_LIVES = 8, /* then 0.4 percent of the peak are left */
    PAGES_MAX = 1000
};

static enum status surge_choose(const struct call *call, struct crowd_plan *plan, uint64_t **sums,
                                struct fault *fault)
{
    const struct surge_file file = {
        .path = call_value(call, "surge"),
        .from = call_value(call, "from"),
        .wanted = (uint32_t)(plan->seconds * plan->speed / 60 + 0.999),
        .minutes_most = LIMIT_CROWD_MINUTES,
    };
    enum status status = surge_file_read(&file, sums, &plan->surge.minute_count, fault);
    if (status == STATUS_OK) {
        plan->surge.sums = *sums;
        uint64_t visits = (*sums)[plan->surge.minute_count - 1] / plan->pages;
        plan->visitors = visits > LIMIT_CROWD_VISITORS ? LIMIT_CROWD_VISITORS + 1
                                                       : (uint32_t)(visits > 0 ? visits : 1);
    }
    return status;
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
        plan->surge.rise_seconds = moment->rise_seconds;
        plan->surge.half_life_seconds = moment->half_life_seconds;
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
    int64_t rise = (int64_t)plan->surge.rise_seconds;
    int64_t half_life = (int64_t)plan->surge.half_life_seconds;
    if (call_number(call, "visitors", 1, LIMIT_CROWD_VISITORS, &visitors, fault) != STATUS_OK ||
        call_number(call, "rise", 1, LIMIT_CROWD_SECONDS, &rise, fault) != STATUS_OK ||
        call_number(call, "half-life", 1, LIMIT_CROWD_SECONDS, &half_life, fault) != STATUS_OK ||
        call_number(call, "pages", 1, PAGES_MAX, &pages, fault) != STATUS_OK) {
        return fault->status;
    }
    plan->visitors = (uint32_t)visitors;
    plan->pages = (uint32_t)pages;
    plan->surge.rise_seconds = (double)rise;
    plan->surge.half_life_seconds = (double)half_life;
    return STATUS_OK;
}

enum status crowd_shape_choose(const struct call *call, struct crowd_plan *plan, uint64_t **sums,
                               struct fault *fault)
{
    bool surge = call_value(call, "surge") != NULL;
    bool moment = call_value(call, "moment") != NULL;
    *sums = NULL;
    plan->visitors = VISITORS_DEFAULT;
    plan->surge.rise_seconds = RISE_DEFAULT;
    plan->surge.half_life_seconds = HALF_LIFE_DEFAULT;
    plan->surge.half_lives = HALF_LIVES;
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
