/* May a crowd go there? Loopback: yes, if somebody listens (nothing is sent: a question could take
 * a visitor's turn). Elsewhere: if the site serves its key. */
#include "base/assert.h"
#include "crowd/link.h"
#include "crowd/run.h"

enum { TURN_MS = 100 };

struct asking {
    uv_loop_t loop;
    uv_timer_t timer; /* wakes the links: silence must end too */
    struct crowd_links *links;
    const struct crowd_site *site;
    enum crowd_failure failure;
    bool given;
};

static void on_connected(uv_connect_t *connect, int status)
{
    struct asking *asking = connect->data;
    asking->failure = status == 0 ? CROWD_FAILED_NOT : CROWD_FAILED_CONNECT;
    uv_close((uv_handle_t *)connect->handle, NULL);
}

static void reach(struct asking *asking)
{
    uv_tcp_t tcp;
    uv_connect_t connect = {.data = asking};
    ASSERT(uv_tcp_init(&asking->loop, &tcp) == 0);
    if (uv_tcp_connect(&connect, &tcp, (const struct sockaddr *)&asking->site->address,
                       on_connected) != 0) {
        uv_close((uv_handle_t *)&tcp, NULL);
    }
    (void)uv_run(&asking->loop, UV_RUN_DEFAULT);
    asking->given = true;
}

static void compose(void *context, uint32_t asker, struct text *to)
{
    const struct asking *asking = context;
    (void)asker;
    text_append_format(to,
                       "GET " CROWD_CONSENT_PATH " HTTP/1.1\r\nHost: %s\r\n"
                       "User-Agent: ecluse-crowd/" ECLUSE_VERSION "\r\nConnection: close\r\n\r\n",
                       asking->site->authority);
}

static void on_cookie(void *context, uint32_t asker, struct slice cookie)
{
    (void)context;
    (void)asker;
    (void)cookie;
}

static void on_answered(void *context, uint32_t asker, const struct crowd_answer *answer)
{
    struct asking *asking = context;
    char key[CROWD_KEY_BYTES];
    struct slice body = answer->body;
    (void)asker;
    crowd_site_key(asking->site, key);
    while (body.length > 0 && body.data[body.length - 1] <= ' ') {
        body.length--;
    }
    asking->failure = answer->failure;
    asking->given = answer->failure == CROWD_FAILED_NOT && answer->status == 200 &&
                    slice_is(slice_trim(body), key);
    uv_close((uv_handle_t *)&asking->timer, NULL);
}

static void on_timer(uv_timer_t *timer)
{
    crowd_links_turn(((struct asking *)timer->data)->links);
}

static enum status ask(struct asking *asking, struct env *env, struct fault *fault)
{
    const struct crowd_links_options options = {.loop = &asking->loop,
                                                .env = env,
                                                .site = asking->site,
                                                .askers = 1,
                                                .connections = 1,
                                                .compose = compose,
                                                .cookie = on_cookie,
                                                .answered = on_answered,
                                                .context = asking};
    enum status status = crowd_links_open(&options, &asking->links, fault);
    if (status != STATUS_OK) {
        return status;
    }
    ASSERT(uv_timer_init(&asking->loop, &asking->timer) == 0);
    asking->timer.data = asking;
    ASSERT(uv_timer_start(&asking->timer, on_timer, TURN_MS, TURN_MS) == 0);
    crowd_links_ask(asking->links, 0, true);
    (void)uv_run(&asking->loop, UV_RUN_DEFAULT);
    crowd_links_stop(asking->links);
    (void)uv_run(&asking->loop, UV_RUN_DEFAULT);
    crowd_links_free(asking->links);
    return STATUS_OK;
}

enum status crowd_consent(struct env *env, const struct crowd_site *site, bool *given,
                          struct fault *fault)
{
    struct asking asking = {.site = site, .failure = CROWD_FAILED_CONNECT};
    if (uv_loop_init(&asking.loop) != 0) {
        return fault_set(fault, STATUS_MEMORY, "no event loop: too many open files?");
    }
    enum status status = STATUS_OK;
    if (site->is_loopback) {
        reach(&asking);
    } else {
        status = ask(&asking, env, fault);
    }
    ASSERT(uv_loop_close(&asking.loop) == 0);
    *given = asking.given;
    if (status == STATUS_OK && asking.failure == CROWD_FAILED_CONNECT) {
        status = fault_set(fault, STATUS_UNAVAILABLE,
                           "nobody answers at http://%s/; is the server running?", site->authority);
    }
    return status;
}
