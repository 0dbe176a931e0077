/* ecluse serve: replay, then listen.
 *
 *   engine_open (lock, replay) -> pages -> door (port, socket beside the database)
 *     -> engine_start -> door_run
 *
 * The main thread is the door's; the core has its own. SIGTERM and SIGINT end door_run gracefully:
 * what was begun is answered. An I/O error of the engine ends it too, with exit code 3: a
 * supervisor starts it again and it replays. */
#include "commands/commands.h"
#include "commands/output.h"
#include "commands/serve_log.h"
#include "commands/serve_secrets.h"
#include "commands/serve_watch.h"
#include "commands/shop_write.h"
#include "hooks/hooks.h"
#include "pages/control_staff.h"
#include "pages/pages.h"

#include "base/decimal.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { WATCHED_BYTES_MAX = 8192 };
enum { PATH_BYTES = 4096, ADDRESS_BYTES = 64, TICK_MS = 100, PORT_MAX = 65535 };

static const struct option options[] = {
    {"listen", "ADDR:PORT", false,
     "where to listen (default 127.0.0.1:8080; IPv6 in brackets; port 0: any free one)"},
    {"upstream", "URL", false, "the shop that stands behind: http://HOST:PORT or unix:/PATH"},
    {"preset", "NAME", false,
     "what queues there and what not: woocommerce, prestashop or none (default: the shop file's)"},
    {"watch", NULL, false, "hold nobody; record what the waiting room would have done"},
    {"watch-file", "FILE", false, "record into this file (default: SHOP.db.watch.csv)"},
    {"trust", "NETWORK", true,
     "a proxy in front, on another machine, that is believed about who asked: 192.0.2.7 or "
     "10.0.0.0/8"},
    {"access-log", "FILE|-", false,
     "a line for each request, into this file or to stdout; SIGHUP opens the file anew"},
    {"access-log-format", "FORMAT", false,
     "combined (default; what nginx and Apache write) or json"},
};

static const char *const examples[] = {
    "ecluse serve shop.db",
    "ecluse serve shop.db --listen 0.0.0.0:80",
    "ecluse serve shop.db --listen [::1]:8080",
    "ecluse serve shop.db --upstream http://127.0.0.1:8081",
    "ecluse serve shop.db --upstream http://127.0.0.1:8081 --preset woocommerce",
    "ecluse serve shop.db --upstream http://127.0.0.1:8081 --watch",
    "ecluse serve shop.db --access-log /var/log/ecluse/access.log",
    NULL,
};

const struct manual serve_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Serves the shop's pages and its API until SIGTERM or Ctrl-C. It replays the journal first "
        "and\n"
        "prints one line with its address when it listens. Commands that write reach it through "
        "the "
        "socket\n"
        "SHOP.db.sock beside the database (mode 0600). Put a TLS proxy in front of a public "
        "address.\n"
        "With --upstream, every path that is not under /ecluse/ is the shop's behind, and no more "
        "visitors\n"
        "go in than it bears (site: requests_per_second, requests_per_visit): the others wait, in "
        "the "
        "order\n"
        "of their coming, and can buy the moment's offers meanwhile (gate: moment_offers; "
        "/ecluse/store).\n"
        "A preset knows what of such a shop never queues (pictures, payment callbacks) and what is "
        "refused\n"
        "where no place can be given (checkout); `ecluse gate SHOP.db --explain GET /path` tells "
        "why.\n"
        "With --watch nobody is held: every request is handed on, and the file gets a row a minute "
        "with the\n"
        "requests, the visitors and how many would have waited how long; `ecluse crowd --surge` "
        "reads it.\n"
        "With ECLUSE_WOOCOMMERCE_SECRET or ECLUSE_SHOPIFY_SECRET in the environment it takes the "
        "orders that\n"
        "the shop behind tells it of (POST /ecluse/hooks/woocommerce, /ecluse/hooks/shopify), "
        "signed with it.\n"
        "An access log never stops the server: lines that cannot be written are dropped and "
        "counted in\n"
        "/ecluse/metrics.\n"
        "Exit codes: 0 stopped, 2 bad usage, 3 fault (port taken, another server on SHOP.db, disk "
        "error).",
    .examples = examples,
};

struct listen {
    char address[ADDRESS_BYTES];
    uint16_t port;
    bool ipv6;
    struct door_trust trust;
};

struct server {
    struct engine *engine;
    struct pages *pages;
    struct door *door;
    struct door_upstream *upstream; /* NULL: none stands behind us */
    struct serve_log log;
    struct serve_watch watch;
    enum site_preset preset;
    bool preset_given;
    struct hooks *hooks;
    struct pages_metrics metrics;             /* of the hooks */
    char first_link[STAFF_SECRET_LENGTH + 1]; /* where nobody works here yet; else empty */
    bool failed;
};

/* The door that a signal stops; set while it runs. */
static struct door *volatile running_door;

static void stop_on_signal(int signal_number)
{
    (void)signal_number;
    struct door *door = running_door;
    if (door != NULL) {
        door_stop(door);
    }
}

static enum status listen_read(const char *text, struct listen *listen, struct fault *fault)
{
    const char *colon = strrchr(text, ':');
    int64_t port = -1;
    if (colon == NULL || decimal_read(slice_of(colon + 1), 0, &port) != DECIMAL_OK || port < 0 ||
        port > PORT_MAX) {
        return fault_set(fault, STATUS_INVALID,
                         "--listen %s: write ADDR:PORT, as 127.0.0.1:8080 or [::1]:8080", text);
    }
    struct slice address = {text, (size_t)(colon - text)};
    listen->ipv6 =
        address.length > 2 && address.data[0] == '[' && address.data[address.length - 1] == ']';
    if (listen->ipv6) {
        address = (struct slice){address.data + 1, address.length - 2};
    }
    bool colons = memchr(address.data, ':', address.length) != NULL;
    if (address.length == 0 || address.length >= ADDRESS_BYTES || colons != listen->ipv6) {
        return fault_set(
            fault, STATUS_INVALID,
            "--listen %s: the address is an IPv4 address, or an IPv6 address in brackets", text);
    }
    (void)snprintf(listen->address, sizeof listen->address, "%.*s", (int)address.length,
                   address.data);
    listen->port = (uint16_t)port;
    return STATUS_OK;
}

static enum status trust_read(const struct call *call, struct door_trust *trust,
                              struct fault *fault)
{
    const char *network;
    for (uint32_t i = 0; (network = call_value_at(call, "trust", i)) != NULL; i++) {
        if (!door_trust_add(trust, slice_of(network))) {
            return fault_set(fault, STATUS_INVALID,
                             "--trust %s: write an address or a network, as 192.0.2.7, 10.0.0.0/8 "
                             "or 2001:db8::/32 (nothing behind its bits), at most %d",
                             network, DOOR_TRUST_MAX);
        }
    }
    return STATUS_OK;
}

static void on_notify(void *context)
{
    door_wake(((struct server *)context)->door);
}

static void on_wake(void *context)
{
    struct server *server = context;
    (void)engine_collect(server->engine);
    pages_collect(server->pages);
}

static void on_turn(void *context)
{
    engine_gathered(((struct server *)context)->engine);
}

static void on_tick(void *context)
{
    struct server *server = context;
    hooks_tick(server->hooks);
    if (engine_failed(server->engine) && !server->failed) {
        server->failed = true;
        door_stop(server->door);
    }
}

static void on_gate_tick(void *context)
{
    pages_tick(((struct server *)context)->pages);
    on_tick(context);
}

/* What calls back, and how often. */
static enum status door_hook(const struct call *call, struct server *server, struct fault *fault)
{
    const struct door_upstream_options upstream = {.url = call_value(call, "upstream")};
    pages_set_door(server->pages, server->door);
    pages_set_access_log(server->pages, server->log.file);
    serve_log_attach(&server->log, server->door);
    door_on_wake(server->door, on_wake, server);
    door_on_turn(server->door, on_turn, server);
    if (upstream.url == NULL) {
        door_on_tick(server->door, TICK_MS, on_tick, server);
        return STATUS_OK;
    }
    enum status status = door_upstream_open(server->door, &upstream, &server->upstream, fault);
    if (status == STATUS_OK) {
        pages_set_upstream(server->pages, server->upstream);
        door_on_tick(server->door, PAGES_TICK_MS, on_gate_tick, server);
    }
    return status;
}

static enum status preset_read(const struct call *call, struct server *server, struct fault *fault)
{
    const char *name = call_value(call, "preset");
    server->preset_given = name != NULL;
    if (name != NULL && !site_preset_find(name, &server->preset)) {
        return fault_set(fault, STATUS_INVALID,
                         "--preset %s: write woocommerce, prestashop or none", name);
    }
    return name == NULL || call_value(call, "upstream") != NULL
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID,
                           "--preset %s: name the shop that stands behind too: --upstream URL",
                           name);
}

static enum status hooks_begin(const struct call *call, struct server *server, struct fault *fault)
{
    enum status status =
        hooks_open(call->operands[0], server->engine, call->env, &server->hooks, fault);
    if (status == STATUS_OK) {
        server->metrics = (struct pages_metrics){hooks_metrics, hooks_limits, server->hooks};
        pages_set_metrics(server->pages, &server->metrics);
    }
    return status;
}

static enum status server_open(const struct call *call, const struct listen *listen,
                               struct server *server, struct fault *fault)
{
    char socket_path[PATH_BYTES];
    const char *path = call->operands[0];
    enum status status = preset_read(call, server, fault);
    if (status == STATUS_OK) {
        status = serve_log_open(call, &server->log, fault);
    }
    if (status == STATUS_OK) {
        status = shop_socket_path(path, socket_path, sizeof socket_path, fault);
    }
    if (status == STATUS_OK) {
        status = engine_open(path, ENGINE_WRITE, call->env, &server->engine, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = control_staff_first(server->engine, call->env, server->first_link, fault);
    if (status == STATUS_OK) {
        status = serve_watch_open(call, path, &server->watch, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct pages_options pages = {.engine = server->engine,
                                  .env = call->env,
                                  .wake = on_notify,
                                  .wake_context = server,
                                  .upstream = call_value(call, "upstream") != NULL,
                                  .preset = server->preset_given ? &server->preset : NULL,
                                  .watch = server->watch.wanted ? &server->watch.record : NULL};
    status = serve_secrets_read(pages.hook_secrets, fault);
    if (status == STATUS_OK) {
        status = pages_open(&pages, &server->pages, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const struct door_options door = {
        .address = listen->address,
        .port = listen->port,
        .socket_path = socket_path,
        .env = call->env,
        .handle = pages_handle,
        .context = server->pages,
        .body_bytes_max = serve_hears(pages.hook_secrets) ? LIMIT_SOLD_BODY_BYTES : 0,
        .connections_max = LIMIT_CONNECTIONS,
        .trust = listen->trust};
    status = door_open(&door, &server->door, fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = door_hook(call, server, fault);
    if (status != STATUS_OK) {
        return status;
    }
    engine_gather(server->engine);
    status = engine_start(server->engine, on_notify, server, fault);
    return status == STATUS_OK ? hooks_begin(call, server, fault) : status;
}

static void server_close(const struct call *call, struct server *server)
{
    char socket_path[PATH_BYTES];
    if (server->engine != NULL && server->door != NULL &&
        shop_socket_path(call->operands[0], socket_path, sizeof socket_path, NULL) == STATUS_OK) {
        (void)unlink(socket_path);
    }
    hooks_stop(server->hooks);
    /* The engine first: it answers what waits, and those answers need pages and door. */
    if (server->engine != NULL) {
        engine_close(server->engine);
    }
    hooks_close(server->hooks);
    door_upstream_close(server->upstream);
    if (server->pages != NULL) {
        pages_close(server->pages);
    }
    if (server->door != NULL) {
        door_close(server->door);
    }
    serve_log_close(&server->log);
    serve_watch_close(&server->watch);
}

static enum status listening_tell(struct call *call, const struct listen *listen,
                                  const struct server *server)
{
    const char *name = engine_shop(server->engine)->name;
    char url[128];
    (void)snprintf(url, sizeof url, listen->ipv6 ? "http://[%s]:%u/" : "http://%s:%u/",
                   listen->address, (unsigned)door_port(server->door));
    if (call->json) {
        text_append_string(&call->out, "{\"shop\":\"");
        text_append_json(&call->out, slice_of(name));
        text_append_format(&call->out, "\",\"url\":\"%s\"}\n", url);
    } else {
        text_append_format(&call->out, "Écluse %s %s %s %s%s\n", call_say(call, "serves", "sert"),
                           name, call_say(call, "at", "à"), url,
                           !server->watch.wanted ? ""
                                                 : call_say(call, " and holds nobody (--watch)",
                                                            " sans retenir personne (--watch)"));
    }
    /* Beside the answer, which is one line that programs read. */
    if (server->first_link[0] != '\0') {
        (void)fprintf(stderr, "%s %s%s?token=%s\n",
                      call_say(call, "Nobody may sign in yet; once, within a day, as owner:",
                               "Personne ne peut encore se connecter ; une fois, dans la journée, "
                               "en propriétaire :"),
                      url, &STAFF_ENTER_PATH[1], server->first_link);
    }
    return call_flush(call);
}

/* At the end: what --watch has seen. */
static void watched_tell(struct call *call, const struct server *server)
{
    struct text text;
    text_init(&text, WATCHED_BYTES_MAX);
    pages_watch_append(server->pages, &text);
    if (call->json) {
        text_append_string(&call->out, "{\"watch\":");
        text_append_slice(&call->out, text_slice(&text));
        text_append_string(&call->out, "}\n");
    } else {
        json_t *watch = json_loadb(text.bytes, text.length, 0, NULL);
        serve_watch_tell(call, watch);
        json_decref(watch);
    }
    text_free(&text);
}

static void signals_set(struct door *door)
{
    struct sigaction action = {.sa_handler = door != NULL ? stop_on_signal : SIG_DFL};
    running_door = door;
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
}

int serve_run(struct call *call)
{
    struct fault fault;
    struct listen listen = {.port = 0};
    struct server server = {.failed = false};
    const char *where = call_value(call, "listen");
    if (listen_read(where != NULL ? where : "127.0.0.1:8080", &listen, &fault) != STATUS_OK ||
        trust_read(call, &listen.trust, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    if (server_open(call, &listen, &server, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        signals_set(server.door);
        enum status told = listening_tell(call, &listen, &server);
        if (told == STATUS_OK || told == STATUS_UNAVAILABLE) {
            door_run(server.door);
        }
        signals_set(NULL);
        if (server.watch.wanted) {
            watched_tell(call, &server);
        }
        if (server.failed || engine_failed(server.engine)) {
            code = call_error(EXIT_FAULT,
                              "the disk failed under %s; check it, then serve again: every "
                              "acknowledged order is replayed",
                              call->operands[0]);
        }
    }
    server_close(call, &server);
    return code;
}
