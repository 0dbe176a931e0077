#include "pages/store_here.h"

#include "base/assert.h"

#include <stdio.h>

static bool ticket_of(const struct store_visit *visit, const char *cookie,
                      struct gate_ticket *ticket)
{
    struct store *store = visit->store;
    int64_t now = store->env->now(store->env);
    struct slice text = store_visit_cookie(visit, cookie);
    return text.length > 0 && gate_ticket_read(&store->here_keys, now, text, ticket) &&
           now - (int64_t)ticket->issued <= STORE_HERE_SECONDS;
}

struct turn_visitor store_here_visitor(const struct store_visit *visit)
{
    struct gate_ticket here;
    struct gate_ticket waits;
    struct turn_visitor visitor = {INT64_MAX, 0};
    if (ticket_of(visit, STORE_HERE_COOKIE, &here)) {
        /* A number is never 0, whatever was drawn. */
        visitor = (struct turn_visitor){here.issued, UINT64_C(1) << 32 | here.number};
    }
    if (ticket_of(visit, GATE_TICKET_COOKIE, &waits) && (int64_t)waits.issued <= visitor.since) {
        visitor = (struct turn_visitor){waits.issued, UINT64_C(1) + waits.number};
    }
    return visitor;
}

int64_t store_here_since(const struct store_visit *visit)
{
    struct turn_visitor visitor = store_here_visitor(visit);
    return visitor.number == 0 ? 0 : visitor.since;
}

struct slice store_here_line(const struct store_visit *visit, char line[STORE_HERE_LINE_BYTES])
{
    struct store *store = visit->store;
    struct gate_ticket here;
    char text[GATE_TICKET_CHARACTERS + 1];
    if (ticket_of(visit, STORE_HERE_COOKIE, &here)) {
        return (struct slice){NULL, 0};
    }
    int64_t now = store->env->now(store->env);
    here = (struct gate_ticket){.line = 0, .number = store->here_next++, .issued = (uint32_t)now};
    gate_ticket_write(&store->here_keys, now, &here, text);
    int length = snprintf(
        line, STORE_HERE_LINE_BYTES,
        "Set-Cookie: " STORE_HERE_COOKIE "=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Lax%s\r\n",
        text, store_visit_cookie_path(visit), (int)STORE_HERE_SECONDS, store_visit_secure(visit));
    ASSERT(length > 0 && length < STORE_HERE_LINE_BYTES);
    return (struct slice){line, (size_t)length};
}
