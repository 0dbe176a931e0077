/* request -> the list -> taken (to go in, or to read the page again), or gone with its client.
 *
 * Invariant: a request stands in the list until it is answered or its client has gone. The list is
 * short (seconds of the rate), so that a walk finds what is looked for. */
#include "pages/parking.h"

#include "base/assert.h"

struct parked {
    struct parked *next;
    struct parking *parking;
    struct door_request *request;
    struct gate_ticket ticket;
    int64_t since;
};

/* Out of the list; its client is nobody's to watch any more. */
static struct door_request *take(struct parked **at, struct gate_ticket *ticket)
{
    struct parked *parked = *at;
    *at = parked->next;
    *ticket = parked->ticket;
    door_on_gone(parked->request, NULL, NULL);
    return parked->request;
}

static struct parked **find(struct parking *parking, uint32_t number)
{
    struct parked **at = &parking->first;
    while (*at != NULL && (*at)->ticket.number != number) {
        at = &(*at)->next;
    }
    return at;
}

/* The browser has closed the connection: unless another tab of the visitor stands here, the place
 * in the chamber is free for who comes next. */
static void gone(void *context)
{
    struct parked *parked = context;
    struct parking *parking = parked->parking;
    struct parked **at = &parking->first;
    while (*at != parked) {
        ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = parked->next;
    if (*find(parking, parked->ticket.number) == NULL) {
        gate_unpark(parking->gate, parked->ticket.number);
    }
    door_reply(parked->request, &(struct door_reply){.status = 204});
}

bool parking_add(struct parking *parking, struct door_request *request,
                 const struct gate_ticket *ticket, int64_t now)
{
    struct parked *parked = door_alloc(request, sizeof *parked);
    if (parked == NULL) {
        return false;
    }
    *parked = (struct parked){.next = parking->first,
                              .parking = parking,
                              .request = request,
                              .ticket = *ticket,
                              .since = now};
    parking->first = parked;
    door_on_gone(request, gone, parked);
    return true;
}

struct door_request *parking_take(struct parking *parking, uint32_t number,
                                  struct gate_ticket *ticket)
{
    struct parked **at = find(parking, number);
    return *at == NULL ? NULL : take(at, ticket);
}

struct door_request *parking_take_before(struct parking *parking, int64_t since,
                                         struct gate_ticket *ticket)
{
    struct parked **at = &parking->first;
    while (*at != NULL && (*at)->since >= since) {
        at = &(*at)->next;
    }
    if (*at == NULL) {
        return NULL;
    }
    struct door_request *request = take(at, ticket);
    gate_unpark(parking->gate, ticket->number);
    return request;
}

void parking_close(struct parking *parking)
{
    for (struct parked *at = parking->first; at != NULL; at = at->next) {
        door_on_gone(at->request, NULL, NULL);
    }
    parking->first = NULL;
}
