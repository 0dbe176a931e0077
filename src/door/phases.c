/* Time limits without a timer a connection: a list a phase, in the order of entry, and one coarse
 * tick.
 *
 * All connections in a phase have the same limit, so the head of its list expires first, and the
 * tick looks at heads only. Entering a phase again moves to the tail. A limit is therefore kept to
 * within a tick (DOOR_TICK_MS), which is fine for limits in seconds. A heap of timers was rejected:
 * it costs at every request what this costs four times a second. */
#include "base/assert.h"
#include "door/connection.h"

static void list_remove(struct connection_list *list, struct connection *connection)
{
    if (connection->previous != NULL) {
        connection->previous->next = connection->next;
    } else {
        list->head = connection->next;
    }
    if (connection->next != NULL) {
        connection->next->previous = connection->previous;
    } else {
        list->tail = connection->previous;
    }
}

static void list_append(struct connection_list *list, struct connection *connection)
{
    connection->next = NULL;
    connection->previous = list->tail;
    if (list->tail != NULL) {
        list->tail->next = connection;
    } else {
        list->head = connection;
    }
    list->tail = connection;
}

void phase_enter(struct connection *connection, enum connection_phase phase)
{
    struct door *door = connection->door;
    ASSERT(connection->phase != PHASE_CLOSING || phase == PHASE_FREE);
    if (connection->phase != PHASE_FREE) {
        list_remove(&door->phases[connection->phase], connection);
    }
    connection->phase = phase;
    connection->since_ms = uv_now(&door->loop);
    if (phase != PHASE_FREE) {
        list_append(&door->phases[phase], connection);
    }
}

static void connection_expire(struct connection *connection)
{
    switch (connection->phase) {
    case PHASE_READING:
        connection->door->figures.timed_out++;
        connection_refuse(connection, REFUSAL_SLOW);
        break;
    case PHASE_WRITING:
        connection_cut_if_stuck(connection);
        break;
    case PHASE_IDLE:
        connection->door->figures.idle++;
        connection_close(connection);
        break;
    default:
        connection_close(connection);
        break;
    }
}

void phases_expire(struct door *door)
{
    static const enum connection_phase limited[] = {PHASE_IDLE, PHASE_READING, PHASE_WRITING,
                                                    PHASE_LINGERING};
    uint64_t now = uv_now(&door->loop);
    for (size_t i = 0; i < sizeof limited / sizeof limited[0]; i++) {
        struct connection_list *list = &door->phases[limited[i]];
        uint64_t limit = door->phase_ms[limited[i]];
        /* Whoever expires leaves the list or goes to its tail with a new time. */
        while (list->head != NULL && now - list->head->since_ms >= limit) {
            connection_expire(list->head);
        }
    }
}

void phases_close_all(struct door *door, enum connection_phase phase)
{
    while (door->phases[phase].head != NULL) {
        connection_close(door->phases[phase].head);
    }
}
