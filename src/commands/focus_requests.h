/* What customers ask for, as a section of `ecluse focus`: the ranking with its formula, how far
 * company and customers pull apart, what the free hours could serve. */
#ifndef ECLUSE_COMMANDS_FOCUS_REQUESTS_H
#define ECLUSE_COMMANDS_FOCUS_REQUESTS_H

#include "commands/focus_requests_read.h"
#include "commands/focus_words.h"

/* Begins with zeros. */
struct focus_requests {
    struct requests_gathered gathered;
    struct requests *made; /* NULL: there is no answer to lay them beside */
};

/* `told` has the answer. Nothing is asked for: the section is empty. */
enum status focus_requests_open(const struct focus_told *told, const struct shop_open *open,
                                struct focus_requests *requests, struct fault *fault) MUST_USE;
void focus_requests_close(struct focus_requests *requests);

/* False: no memory. */
bool focus_requests_text(const struct focus_told *told,
                         const struct focus_requests *requests) MUST_USE;
/* <section>...</section>, or nothing. */
void focus_requests_html(const struct focus_told *told, const struct focus_requests *requests,
                         struct text *to);
/* ,"requests":[...],"customers_ask":{...} */
void focus_requests_json(const struct focus_told *told, const struct focus_requests *requests,
                         struct text *to);

#endif
