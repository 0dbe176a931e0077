/* One request at a time, twice a second: what an attentive visitor sees. */
#include "commands/demo_watch.h"

#include "commands/demo_http.h"
#include "commands/json_text.h"

#include <stdio.h>
#include <stdlib.h>

static const uint64_t EVERY_NS = 400000000u;

struct demo_watch {
    struct env *env;
    struct demo_http *http;
    struct demo_request *request;
    char body[256];
    bool sent;
    uint64_t sent_ns;
    struct demo_date told;
    struct demo_date latest;
};

static void string_take(char *to, size_t size, const json_t *object, const char *key)
{
    (void)snprintf(to, size, "%s", json_text(object, key));
}

static void answered(void *context, const struct demo_answer *answer)
{
    struct demo_watch *watch = context;
    watch->sent = false;
    if (answer->http != 200 && answer->http != 409) {
        return;
    }
    json_t *json = json_loadb(answer->body.data, answer->body.length, 0, NULL);
    const json_t *limit = json_object_get(json, "limited_by");
    const json_t *reason = json_object_get(json, "reason");
    const char *kind = json_string_value(json_object_get(limit, "kind"));
    const char *name = json_string_value(json_object_get(limit, "name"));
    struct demo_date *date = &watch->latest;
    *date = (struct demo_date){.known = json != NULL,
                               .promised = json_is_true(json_object_get(json, "promised"))};
    string_take(date->deliver_by, sizeof date->deliver_by, json, "deliver_by");
    string_take(date->ship_by, sizeof date->ship_by, json, "ship_by");
    string_take(date->reason[LANGUAGE_FR], sizeof date->reason[LANGUAGE_FR], reason, "fr");
    string_take(date->reason[LANGUAGE_EN], sizeof date->reason[LANGUAGE_EN], reason, "en");
    (void)snprintf(date->limit, sizeof date->limit, "%.20s%s%.30s", kind != NULL ? kind : "",
                   name != NULL ? ": " : "", name != NULL ? name : "");
    json_decref(json);
}

enum status demo_watch_open(struct env *env, const char *offer, struct demo_watch **watch,
                            struct fault *fault)
{
    struct demo_watch *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the demo; free some and try again");
    }
    made->env = env;
    (void)snprintf(made->body, sizeof made->body, "{\"lines\":[{\"offer\":\"%s\",\"quantity\":1}]}",
                   offer);
    enum status status = demo_http_open(&made->http, fault);
    if (status == STATUS_OK) {
        made->request = demo_request_open(made->http, answered, made);
    }
    if (made->request == NULL) {
        demo_watch_close(made);
        return fault_set(fault, STATUS_MEMORY, "no memory for the demo; free some and try again");
    }
    *watch = made;
    return STATUS_OK;
}

void demo_watch_close(struct demo_watch *watch)
{
    if (watch == NULL) {
        return;
    }
    demo_request_close(watch->request);
    demo_http_close(watch->http);
    free(watch);
}

bool demo_watch_step(struct demo_watch *watch, const char *url, struct demo_date *before,
                     struct demo_date *now)
{
    uint64_t ticks = watch->env->ticks_ns(watch->env);
    if (!watch->sent && (watch->sent_ns == 0 || ticks - watch->sent_ns >= EVERY_NS)) {
        char where[256];
        (void)snprintf(where, sizeof where, "%s/ecluse/api/v1/quotes", url);
        watch->sent = demo_request_send(watch->request, where, watch->body, NULL);
        watch->sent_ns = ticks;
    }
    demo_http_step(watch->http, 0);
    *before = watch->told;
    *now = watch->latest;
    if (!now->known || (before->known && before->promised == now->promised &&
                        strcmp(before->deliver_by, now->deliver_by) == 0)) {
        return false;
    }
    watch->told = watch->latest;
    return true;
}
