/* The plans' names, the table with today as its first column, then what is to be said. */
#include "commands/focus_plan_rows.h"
#include "commands/focus_plan_words.h"
#include "report/table.h"

enum { HEAD_BYTES = 256, PLANS_IN_TABLE = 4 };

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

/* Today and the plans from `first` to before `end`. */
struct part {
    const struct focus_told *told;
    const struct focus_plans *plans;
    uint32_t first, end;
};

/* Of a part's columns: the first is today. */
static uint32_t column_of(const struct part *part, uint32_t place)
{
    return place == 0 ? 0 : part->first + place - 1;
}

static void row_text(const struct part *part, const struct focus_plan_row *row, struct table *table)
{
    struct text words;
    text_init(&words, FOCUS_WORDS_BYTES_MAX);
    focus_plan_row_label(part->told, row, &words);
    table_cell(table, text_slice(&words));
    for (uint32_t i = 0; i < table->column_count - 1; i++) {
        text_clear(&words);
        focus_plan_row_cell(part->told, part->plans, row, column_of(part, i), &words);
        table_cell(table, text_slice(&words));
    }
    text_free(&words);
}

static bool part_text(const struct part *part, const struct focus_plan_rows *rows)
{
    struct call *call = part->told->call;
    struct text heads[1 + PLANS_IN_TABLE];
    struct table_column columns[2 + PLANS_IN_TABLE] = {{"", TABLE_LEFT, false}};
    struct table table;
    uint32_t count = part->end - part->first + 1;
    for (uint32_t i = 0; i < count; i++) {
        text_init(&heads[i], HEAD_BYTES);
        focus_plan_head(part->told, part->plans, column_of(part, i), &heads[i]);
        columns[i + 1] = (struct table_column){heads[i].bytes, TABLE_RIGHT, false};
    }
    table_init(&table, columns, count + 1);
    for (uint32_t i = 0; i < rows->count; i++) {
        row_text(part, &rows->rows[i], &table);
    }
    text_append_char(&call->out, '\n');
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    for (uint32_t i = 0; i < count; i++) {
        text_free(&heads[i]);
    }
    return written;
}

/* As many columns at once as a wide terminal shows. */
static bool table_text(const struct focus_told *told, const struct focus_plans *plans)
{
    struct focus_plan_rows rows;
    bool written = focus_plan_rows_make(told, plans, &rows);
    for (uint32_t first = 1; first < plans->count && written; first += PLANS_IN_TABLE) {
        uint32_t end = first + PLANS_IN_TABLE;
        const struct part part = {told, plans, first, end < plans->count ? end : plans->count};
        written = part_text(&part, &rows);
    }
    focus_plan_rows_free(&rows);
    return written;
}

/* Sentences end with a space, for the next one. */
static void line_end(struct text *out, bool began)
{
    while (began && !out->overflow && out->length > 0 && out->bytes[out->length - 1] == ' ') {
        out->bytes[--out->length] = '\0';
    }
    text_append_string(out, began ? "\n" : "");
}

static void notes_text(const struct focus_told *told, const struct focus_plans *plans,
                       uint32_t column)
{
    struct text sentence;
    struct text *out = &told->call->out;
    bool began = false;
    text_init(&sentence, FOCUS_WORDS_BYTES_MAX);
    for (uint32_t i = 0; focus_plan_note(told, plans, column, i, &sentence); i++) {
        if (sentence.length > 0 && column == 0) {
            text_append_slice(out, text_slice(&sentence));
            line_end(out, true);
        } else if (sentence.length > 0) {
            if (!began && plans->count > 2) {
                focus_plan_head(told, plans, column, out);
                text_append_string(out, say(told, ": ", "\u00a0: "));
            }
            text_append_slice(out, text_slice(&sentence));
            began = true;
        }
        text_clear(&sentence);
    }
    line_end(out, began);
    text_free(&sentence);
}

bool focus_plans_text(const struct focus_told *told, const struct focus_plans *plans)
{
    struct text *out = &told->call->out;
    if (plans->count == 0) {
        return true;
    }
    text_append_string(out, say(told, "What if, beside today; money and hours of a plain week\n",
                                "Et si, à côté d’aujourd’hui\u202f; argent et heures d’une semaine "
                                "ordinaire\n"));
    for (uint32_t i = 1; i < plans->count; i++) {
        const struct focus_said *said = plans->columns[i].said;
        text_append_format(out, "%u. ", i);
        if (said->name != NULL) {
            text_append_format(out, "%s%s", said->name, say(told, ": ", "\u00a0: "));
        }
        focus_said_what_append(told->call, said, told->call->language, out);
        text_append_char(out, '\n');
    }
    bool written = table_text(told, plans);
    text_append_char(out, '\n');
    for (uint32_t i = 1; i < plans->count; i++) {
        notes_text(told, plans, i);
    }
    notes_text(told, plans, 0);
    return written;
}
