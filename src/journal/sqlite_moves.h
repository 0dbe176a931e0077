/* The rows of what moves: supply, changes, revisions, seats, lines by themselves. An ordinary order
 * has none of them, and no statement here. Not for other rooms. */
#ifndef ECLUSE_JOURNAL_SQLITE_MOVES_H
#define ECLUSE_JOURNAL_SQLITE_MOVES_H

#include "journal/sqlite_record.h"

/* The order's row and its lines stand in their tables, and not among those that wait. */
enum status moves_settle(struct journal *journal, uint32_t number) MUST_USE;

/* Purchases, reductions and seats of an order that was placed or revised. */
enum status moves_reserve(struct journal *journal, const struct event_placed *placed,
                          const struct promise_state *state) MUST_USE;
enum status moves_reductions(struct journal *journal, const unsigned char *reductions,
                             uint32_t count, const struct promise_state *state) MUST_USE;
/* The order's seats are free again. */
enum status moves_seats_free(struct journal *journal, uint32_t number) MUST_USE;
/* The statuses of lines that are not their order's. */
enum status moves_line_statuses(struct journal *journal, const struct promise_state *state,
                                const struct order_view *order) MUST_USE;

enum status moves_revised(struct journal *journal, const struct event *event,
                          const struct promise_state *state, int64_t stamp) MUST_USE;
enum status moves_extended(struct journal *journal, const struct event *event) MUST_USE;
enum status moves_changed(struct journal *journal, const struct event *event,
                          const struct promise_state *state, int64_t stamp) MUST_USE;
/* A wish that is new (`contact`: whose, 0: nobody's that is known), or ends. */
enum status moves_wished(struct journal *journal, const struct event *event,
                         const struct promise_state *state, uint32_t contact) MUST_USE;
enum status moves_wish_ended(struct journal *journal, const struct event *event,
                             const struct promise_state *state) MUST_USE;
/* A wish has become an order: *contact gets whose it is. */
enum status moves_wish_met(struct journal *journal, const struct event_placed *placed,
                           const struct promise_state *state, uint32_t *contact) MUST_USE;
/* Every entry of supply. */
enum status moves_supply_put(struct journal *journal, const struct promise_state *state) MUST_USE;

#endif
