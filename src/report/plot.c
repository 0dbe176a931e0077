/* values -> a scale of round numbers -> grid, lines, names at their ends, some dates below.
 *
 * Where two names would lie upon each other, the lower one moves down. */
#include "report/plot.h"

#include "base/calendar.h"
#include "report/translate.h"

#include <math.h>

enum { WIDTH = 640, HEIGHT = 250, LEFT = 58, RIGHT = 120, TOP = 14, BOTTOM = 28, NAME_HEIGHT = 19 };

struct frame {
    const struct plot *plot;
    double least; /* at the bottom: 0, or less where values are */
    double most;  /* at the top */
    double step;  /* between two lines of the grid */
};

static double x_of(const struct frame *frame, uint32_t day)
{
    double share = (double)day / (frame->plot->count - 1);
    return LEFT + share * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct frame *frame, double value)
{
    double share = (value - frame->least) / (frame->most - frame->least);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
}

/* 1, 2 or 5 times a power of ten, so that some four steps reach from the least value, or 0, over
 * the largest. */
static struct frame frame_of(const struct plot *plot)
{
    double least = 0;
    double most = 0;
    for (uint32_t i = 0; i < plot->line_count; i++) {
        for (uint32_t day = 0; day < plot->count; day++) {
            least = fmin(least, plot->lines[i].values[day]);
            most = fmax(most, plot->lines[i].values[day]);
        }
    }
    double range = fmax(most - least, 1);
    double power = pow(10, floor(log10(range / 4)));
    double part = range / 4 / power;
    double step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    step = step < 1 ? 1 : step;
    double top = ceil(most / step) * step;
    double bottom = floor(least / step) * step;
    return (struct frame){plot, bottom, top > bottom ? top : step, step};
}

static void grid_append(struct text *to, const struct frame *frame)
{
    int steps = (int)((frame->most - frame->least) / frame->step + 0.5);
    for (int i = 0; i <= steps; i++) {
        double value = frame->least + i * frame->step;
        double y = y_of(frame, value);
        text_append_format(to, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                           LEFT, WIDTH - RIGHT, y, y);
        text_append_format(to, "<text class=\"axis\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                           LEFT - 6, y + 4);
        translate_number(to, frame->plot->language, (int64_t)floor(value + 0.5), 0);
        text_append_string(to, "</text>");
    }
}

static void dates_append(struct text *to, const struct frame *frame)
{
    const struct plot *plot = frame->plot;
    uint32_t every = plot->day_step > 1  ? (plot->count + 7) / 8
                     : plot->count <= 14 ? 2
                     : plot->count <= 45 ? 7
                                         : 14;
    uint32_t step = plot->day_step > 1 ? plot->day_step : 1;
    for (uint32_t day = 0; day < plot->count; day += every) {
        struct civil_date date = civil_of_day(plot->first_day + (int32_t)(day * step));
        text_append_format(to,
                           "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">"
                           "%d/%02d</text>",
                           x_of(frame, day), HEIGHT - 8, date.day, date.month);
    }
    if (plot->marked < plot->count) {
        double x = x_of(frame, plot->marked);
        text_append_format(to, "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                           x, x, TOP, HEIGHT - BOTTOM);
        text_append_format(to, "<text class=\"axis\" x=\"%.1f\" y=\"%d\">", x + 4, TOP + 4);
        text_append_html(to, slice_of(plot->mark));
        text_append_string(to, "</text>");
    }
}

static void line_append(struct text *to, const struct frame *frame, uint32_t index)
{
    const struct plot *plot = frame->plot;
    text_append_format(to, "<polyline class=\"line line-%u\" points=\"", index);
    for (uint32_t day = 0; day < plot->count; day++) {
        text_append_format(to, "%.1f,%.1f ", x_of(frame, day),
                           y_of(frame, plot->lines[index].values[day]));
    }
    text_append_string(to, "\"/>");
}

/* From the top down: the first name not yet written whose line ends highest. */
static void names_append(struct text *to, const struct frame *frame)
{
    const struct plot *plot = frame->plot;
    bool written[PLOT_LINES_MAX] = {false};
    double free_from = 0;
    for (uint32_t n = 0; n < plot->line_count; n++) {
        uint32_t next = 0;
        while (written[next]) {
            next++;
        }
        for (uint32_t i = next + 1; i < plot->line_count; i++) {
            bool higher =
                plot->lines[i].values[plot->count - 1] > plot->lines[next].values[plot->count - 1];
            next = !written[i] && higher ? i : next;
        }
        double y = fmax(free_from, y_of(frame, plot->lines[next].values[plot->count - 1]));
        free_from = y + NAME_HEIGHT;
        written[next] = true;
        text_append_format(to, "<text class=\"name name-%u\" x=\"%d\" y=\"%.1f\">", next,
                           WIDTH - RIGHT + 6, y + 4);
        text_append_html(to, slice_of(plot->lines[next].name));
        text_append_string(to, "</text>");
    }
}

void plot_append(struct text *to, const struct plot *plot)
{
    const struct frame frame = frame_of(plot);
    text_append_format(to, "<figure><figcaption>");
    text_append_html(to, slice_of(plot->title));
    text_append_format(to, "</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
                       WIDTH, HEIGHT);
    text_append_html(to, slice_of(plot->title));
    text_append_string(to, "\">");
    grid_append(to, &frame);
    dates_append(to, &frame);
    for (uint32_t i = 0; i < plot->line_count; i++) {
        line_append(to, &frame, i);
    }
    names_append(to, &frame);
    text_append_string(to, "</svg></figure>\n");
}
