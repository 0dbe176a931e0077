/* The page of the waiting room: the visitor's place, and the moment's offers, which can be bought
 * while one waits.
 *
 * It is everybody's but for a few words, and a crowd asks for it again and again: so it is rendered
 * once for each change of a date, language and kind of wait (page_mould.h) and then filled. The
 * dates are those of the store's pages, asked of the core at most once a second. */
#ifndef ECLUSE_PAGES_WAITING_PAGE_H
#define ECLUSE_PAGES_WAITING_PAGE_H

#include "gate/gate.h"
#include "pages/page_mould.h"
#include "pages/store_visit.h"

struct waiting_page;

/* NULL if the machine gives no memory. */
struct waiting_page *waiting_page_open(struct store *store);
void waiting_page_close(struct waiting_page *page);

/* Empty, for the visitor's words; waiting_page_send comes next. */
struct page_words *waiting_page_words(struct waiting_page *page, enum language language);
/* How long it will likely take, among them. */
void waiting_page_wait(const struct gate_view *view, struct page_words *words);
/* Sends it with these words, now or when the core has said the dates. `lines`: further header lines
 * (copied). */
void waiting_page_send(struct waiting_page *page, const struct store_visit *visit,
                       struct slice lines);

/* Can who asks show a page, and come back to it? Crawlers say what they are. */
bool waiting_page_fits(const struct door_request *request);
/* The page for somebody who gave up the place; the ticket goes with it. */
void waiting_page_left(const struct store_visit *visit);

#endif
