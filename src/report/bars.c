/* rows -> from the least value (0 at most) to the largest (0 at least) -> a name, and a bar from 0
 * for each series; its words stand right of it.
 *
 * Words need room: the longest bar ends where WORDS_SHARE begins. */
#include "report/bars.h"

#include "report/table.h"

#include <math.h>

/* A telephone has room for so many letters of a name. */
enum { NAME_COLUMNS = 38, NAME_HEIGHT = 20, BAR_HEIGHT = 16, ROW_GAP = 10 };

#define WORDS_SHARE 0.32 /* of the width */

struct scale {
    double least, most;
};

static struct scale scale_of(const struct bars *bars)
{
    struct scale scale = {0, 0};
    for (uint32_t i = 0; i < bars->count; i++) {
        for (uint32_t j = 0; j < bars->series_count; j++) {
            scale.least = fmin(scale.least, bars->rows[i].series[j].value);
            scale.most = fmax(scale.most, bars->rows[i].series[j].value);
        }
    }
    return scale;
}

/* In percent of the width. */
static double x_of(const struct scale *scale, double value)
{
    double whole = scale->most - scale->least;
    return whole > 0 ? 100 * (1 - WORDS_SHARE) * (value - scale->least) / whole : 0;
}

static void bar_append(struct text *to, const struct scale *scale, const struct bar *bar,
                       uint32_t series, uint32_t y)
{
    double from = x_of(scale, fmin(bar->value, 0));
    double until = x_of(scale, fmax(bar->value, 0));
    text_append_format(to,
                       "<rect class=\"bar bar-%u\" x=\"%.2f%%\" y=\"%u\" width=\"%.2f%%\" "
                       "height=\"%d\"/><text class=\"words\" x=\"%.2f%%\" dx=\"6\" y=\"%u\">",
                       series, from, y, until - from, BAR_HEIGHT - 4, until, y + BAR_HEIGHT - 5);
    text_append_html(to, slice_of(bar->words));
    text_append_string(to, "</text>");
}

static void name_append(struct text *to, const char *name)
{
    struct text cut;
    text_init(&cut, 4 * NAME_COLUMNS + 16);
    (void)table_text_append(&cut, slice_of(name), NAME_COLUMNS);
    text_append_html(to, text_slice(&cut));
    text_free(&cut);
}

void bars_append(struct text *to, const struct bars *bars)
{
    const struct scale scale = scale_of(bars);
    uint32_t row_height = NAME_HEIGHT + bars->series_count * BAR_HEIGHT + ROW_GAP;
    text_append_string(to, "<figure class=\"bars\"><figcaption>");
    text_append_html(to, slice_of(bars->title));
    text_append_format(to, "</figcaption><svg style=\"height:%upx\" role=\"img\" aria-label=\"",
                       bars->count * row_height);
    text_append_html(to, slice_of(bars->title));
    text_append_string(to, "\">");
    for (uint32_t i = 0; i < bars->count; i++) {
        const struct bars_row *row = &bars->rows[i];
        uint32_t top = i * row_height;
        text_append_format(to, "<text class=\"name\" x=\"0\" y=\"%u\">", top + NAME_HEIGHT - 6);
        name_append(to, row->name);
        text_append_string(to, "</text>");
        for (uint32_t j = 0; j < bars->series_count; j++) {
            bar_append(to, &scale, &row->series[j], j, top + NAME_HEIGHT + j * BAR_HEIGHT);
        }
    }
    text_append_format(to,
                       "<line class=\"zero\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%u\"/>"
                       "</svg></figure>\n",
                       x_of(&scale, 0), x_of(&scale, 0), bars->count * row_height);
}
