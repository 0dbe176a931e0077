/* A bar of progress: one line, drawn over itself.
 *
 *   label  ███████▌      52 %  12 s left
 *
 * The time left is elapsed x rest / done, from the beginning: an average over a window jumps about,
 * and people look at it to know whether to fetch a coffee. Nothing is drawn in the first half
 * second: short work leaves no trace. */
#include "report/progress.h"

#include "base/assert.h"
#include "report/table.h"

#include <inttypes.h>

static const uint64_t NS_PER_SECOND = 1000000000u;
static const uint64_t DRAW_EVERY_NS = 100000000u;
static const uint64_t SILENT_NS = 500000000u;

enum {
    BAR_COLUMNS_MAX = 40,
    BAR_COLUMNS_MIN = 4,
    LINE_BYTES_MAX = 2048,
    FIGURES_COLUMNS = 30,
    BAR_STEPS = 8000
};

void progress_duration_append(struct text *to, uint64_t seconds)
{
    if (seconds < 60) {
        text_append_format(to, "%" PRIu64 " s", seconds);
    } else if (seconds < 3600) {
        text_append_format(to, "%" PRIu64 " min %02" PRIu64 " s", seconds / 60, seconds % 60);
    } else {
        text_append_format(to, "%" PRIu64 " h %02" PRIu64 " min", seconds / 3600,
                           seconds / 60 % 60);
    }
}

static uint64_t seconds_left(uint64_t done, uint64_t whole, uint64_t elapsed_ns)
{
    unsigned __int128 left = (unsigned __int128)elapsed_ns * (whole - done) / done / NS_PER_SECOND;
    return left > UINT32_MAX ? UINT32_MAX : (uint64_t)left;
}

void progress_line(const char *label, bool french, uint64_t done, uint64_t whole,
                   uint64_t elapsed_ns, size_t width, struct text *to)
{
    size_t label_columns = table_text_append(to, slice_of(label), width > 20 ? width / 3 : width);
    if (whole == 0) {
        text_append_string(to, "  ");
        progress_duration_append(to, elapsed_ns / NS_PER_SECOND);
        return;
    }
    if (done > whole) {
        done = whole;
    }
    size_t bar =
        width > label_columns + FIGURES_COLUMNS ? width - label_columns - FIGURES_COLUMNS : 0;
    bar = bar > BAR_COLUMNS_MAX ? BAR_COLUMNS_MAX : bar;
    if (bar >= BAR_COLUMNS_MIN) {
        text_append_string(to, "  ");
        table_bar_append(to, (int64_t)((unsigned __int128)done * BAR_STEPS / whole), BAR_STEPS,
                         bar);
    }
    text_append_format(to, " %3" PRIu64 " %%", (uint64_t)((unsigned __int128)done * 100 / whole));
    if (done > 0 && done < whole) {
        text_append_string(to, french ? "  encore " : "  ");
        progress_duration_append(to, seconds_left(done, whole, elapsed_ns));
        text_append_string(to, french ? "" : " left");
    }
}

void progress_begin(struct progress *progress, FILE *to, const char *label, bool french,
                    size_t width, uint64_t now_ns)
{
    ASSERT(label != NULL);
    *progress = (struct progress){
        .to = to, .label = label, .french = french, .width = width, .begun_ns = now_ns};
}

void progress_update(struct progress *progress, uint64_t done, uint64_t whole, uint64_t now_ns)
{
    if (progress->to == NULL || now_ns - progress->begun_ns < SILENT_NS) {
        return;
    }
    if (progress->drawn && now_ns - progress->drawn_ns < DRAW_EVERY_NS) {
        return;
    }
    struct text line;
    text_init(&line, LINE_BYTES_MAX);
    progress_line(progress->label, progress->french, done, whole, now_ns - progress->begun_ns,
                  progress->width, &line);
    if (!line.overflow) {
        (void)fprintf(progress->to, "\r\x1b[K%s", line.bytes);
        (void)fflush(progress->to);
        progress->drawn = true;
        progress->drawn_ns = now_ns;
    }
    text_free(&line);
}

void progress_end(struct progress *progress)
{
    if (progress->to != NULL && progress->drawn) {
        (void)fputs("\r\x1b[K", progress->to);
        (void)fflush(progress->to);
    }
    progress->to = NULL;
}
