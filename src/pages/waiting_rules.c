/* A request's method, path and sender become a question; a debt that time pays bounds what is
 * handed on without a place (as gate/limiter.h does for many keys). */
#include "pages/waiting_rules.h"

#include "base/assert.h"

static const int64_t SECOND_US = 1000000;

enum site_preset waiting_rules_preset(const struct waiting_rules *rules, const struct shop *shop)
{
    return rules->preset_given ? rules->preset : shop->site.preset;
}

static uint32_t method_bit(enum http_method method)
{
    static const uint32_t bits[] = {
        [METHOD_GET] = SITE_GET,     [METHOD_HEAD] = SITE_HEAD,     [METHOD_POST] = SITE_POST,
        [METHOD_PUT] = SITE_PUT,     [METHOD_DELETE] = SITE_DELETE, [METHOD_OPTIONS] = SITE_OPTIONS,
        [METHOD_PATCH] = SITE_PATCH, [METHOD_OTHER] = SITE_OTHER,
    };
    return bits[method];
}

/* WordPress' REST API and others take the method from here. */
static bool is_disguised(const struct door_request *request)
{
    return door_header_count(request, "X-HTTP-Method-Override") > 0 ||
           door_header_count(request, "X-HTTP-Method") > 0 ||
           door_header_count(request, "X-Method-Override") > 0;
}

void waiting_rules_ask(const struct waiting_rules *rules, const struct shop *shop,
                       const struct door_request *request, struct rules_verdict *verdict)
{
    struct door_client client;
    door_client(request, &client);
    const struct rules of_shop = {&shop->site, preset_of(waiting_rules_preset(rules, shop))};
    const struct rules_request asked = {.path = door_path(request),
                                        .query = door_query(request),
                                        .method = method_bit(door_method(request)),
                                        .disguised = is_disguised(request),
                                        .local = client.exempt,
                                        .high = client.address.high,
                                        .low = client.address.low};
    rules_decide(&of_shop, &asked, verdict);
}

bool waiting_rules_ends(const struct shop *shop, struct slice path)
{
    const struct path_list *list = &shop->site.session_ends_at;
    for (uint32_t i = 0; i < list->count; i++) {
        struct slice end = slice_of(list->paths[i]);
        if (path.length >= end.length && memcmp(path.data, end.data, end.length) == 0 &&
            (path.length == end.length || path.data[end.length] == '/')) {
            return true;
        }
    }
    return false;
}

bool waiting_rules_pass(struct waiting_rules *rules, struct door_upstream *upstream,
                        struct door_request *request, const struct rules_verdict *verdict)
{
    if (verdict->way == RULES_REFUSE) {
        rules->denied++;
        door_problem(request, 403, "staff-only", "This address is for the shop's staff.",
                     SLICE("Cache-Control: no-store\r\n"));
        return true;
    }
    if (verdict->way == RULES_PASS) {
        rules->passed[verdict->class]++;
        door_forward(request, upstream, (struct slice){NULL, 0}, NULL, NULL);
        return true;
    }
    return false;
}

/* One more of those that the shop behind bears in a second; a second's worth at once. */
static bool open_take(struct waiting_rules *rules, const struct shop *shop, int64_t now_us)
{
    int64_t each = SECOND_US * 1000 / shop->site.requests_per_second_thousandths;
    int64_t paid = rules->open_paid_us > now_us ? rules->open_paid_us : now_us;
    if (paid - now_us >= SECOND_US) {
        return false;
    }
    rules->open_paid_us = paid + each;
    return true;
}

void waiting_rules_no_place(struct waiting_rules *rules, const struct shop *shop,
                            struct door_upstream *upstream, const struct store_visit *visit,
                            enum rules_way way, int64_t now_ms)
{
    struct slice accept = door_header(visit->request, "Accept");
    ASSERT(way == RULES_QUEUE || way == RULES_QUEUE_CLOSED);
    if (way == RULES_QUEUE && shop->site.requests_per_second_thousandths > 0 &&
        open_take(rules, shop, now_ms * 1000)) {
        rules->opened++;
        door_forward(visit->request, upstream, (struct slice){NULL, 0}, NULL, NULL);
        return;
    }
    rules->closed++;
    if (accept.length > 0 && memmem(accept.data, accept.length, "text/html", 9) != NULL) {
        store_visit_no_place(visit, way == RULES_QUEUE_CLOSED);
        return;
    }
    door_problem(visit->request, 503, "no-place",
                 "No place in the line can be given just now, so this was not handed on; come back "
                 "in a minute.",
                 SLICE("Retry-After: 60\r\nCache-Control: no-store\r\n"));
}
