/* Words that the text and the page of `ecluse focus` share. All that is appended is plain text: a
 * page escapes it. */
#ifndef ECLUSE_COMMANDS_FOCUS_WORDS_H
#define ECLUSE_COMMANDS_FOCUS_WORDS_H

#include "commands/command.h"
#include "focus/focus.h"
#include "focus/known.h"

struct focus_told {
    struct call *call;
    const struct focus_figures *figures;
    const struct focus_answer *answer;
    double seconds; /* that the search had at most */
};

enum { FOCUS_WORDS_BYTES_MAX = 16 * 1024 };

/* Millionths of a minor unit as whole units with their currency: "€1,236". */
void focus_money_append(const struct focus_told *told, int64_t micro, struct text *to);
/* The same with a + before what is more than nothing. */
void focus_gain_append(const struct focus_told *told, int64_t micro, struct text *to);
/* With minor units below a hundred units: "€2.40". */
void focus_price_append(const struct focus_told *told, int64_t micro, struct text *to);
/* Thousandths of a unit, one decimal below a hundred. */
void focus_quantity_append(const struct focus_told *told, int64_t thousandths, struct text *to);
/* Millionths of a minute as hours, one decimal. */
void focus_hours_append(const struct focus_told *told, int64_t minutes_micro, struct text *to);
/* Thousandths of an hour of the owner's, one decimal. */
void focus_owner_append(const struct focus_told *told, int64_t thousandths, struct text *to);
/* A share as percent with its sign: "−3%", "+0.4%". */
void focus_percent_append(const struct focus_told *told, double share, struct text *to);

/* An offer's label in the reader's language. */
const char *focus_label(const struct focus_told *told, uint32_t offer);
/* "keep", ... in the reader's language. */
const char *focus_verdict_words(const struct call *call, enum focus_verdict verdict);

/* "Keep gift-boxes and tableware; stop cellar: +€210 a week." */
void focus_direction_append(const struct focus_told *told, struct text *to);
/* Is anything sold in the best mix? */
bool focus_sells(const struct focus_told *told);
/* Is anything sold today, as far as is known? */
bool focus_today_is_known(const struct focus_told *told);
/* A warning where today takes more hours than the file has, or more money than the bank; else
 * nothing. */
void focus_over_append(const struct focus_told *told, struct text *to);
/* "the bank would fall to €1,628 on Fri 2027-04-30, below its minimum of €2,000" */
void focus_bank_append(const struct focus_told *told, int64_t low_minor, int32_t day,
                       int64_t minimum_minor, struct text *to);
/* A sentence that begins at `at` gets its capital. */
void focus_capital_put(struct text *to, size_t at);
/* A warning where the best mix sells what nobody knows the demand of; else nothing. */
void focus_guessed_append(const struct focus_told *told, struct text *to);
/* "One more hour of packing a week is worth €41; it costs €21." For every bottleneck, the dearest
 * first; or that there is none. */
void focus_bottlenecks_append(const struct focus_told *told, struct text *to);
/* What the last activities of the frontier add, and what they take of the owner; nothing where all
 * of them count. */
void focus_spread_append(const struct focus_told *told, struct text *to);
/* Over how many activities today's hours and revenue are spread; nothing without activities. */
void focus_effective_append(const struct focus_told *told, struct text *to);
/* "up to 1.25 percent more may be possible": a gap, rounded up; or that it is not known. */
void focus_bound_append(const struct focus_told *told, double gap, struct text *to);
/* How near the best mix is to the optimum; nothing where it is proved. */
void focus_gap_append(const struct focus_told *told, struct text *to);
/* Why there is no best mix, and what to do. */
void focus_none_append(const struct focus_told *told, struct text *to);

#endif
