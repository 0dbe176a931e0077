/* shop file -> said; table `requests` -> said; table `wishes` -> said; past_rows -> what each of
 * those bought who ask.
 *
 * Who asks is known by the keyed hash of their address, as the history knows its customers, so that
 * what they bought before Écluse counts, too. Names of customers are not taken: the report says how
 * many ask, and lists only who was written down by hand. */
#include "commands/focus_requests_read.h"

#include "base/decimal.h"
#include "commands/past_rows.h"
#include "commands/reader.h"
#include "commands/requests_read.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>

enum { TEXTS_BYTES_MAX = 256 * 1024 * 1024, CUSTOMER_SECONDS = REQUEST_WEEKS * 7 * DAY_SECONDS };

struct gathering {
    struct requests_gathered *to;
    const struct focus_figures *figures;
    struct customer_key key;
    int64_t now;
    enum language language;
    bool failed; /* no memory */
};

static struct request_said *said_add(struct gathering *gathering)
{
    struct requests_gathered *to = gathering->to;
    if (to->said_count == to->said_capacity) {
        uint32_t capacity = to->said_capacity == 0 ? 256 : 2 * to->said_capacity;
        struct request_said *larger = realloc(to->said, capacity * sizeof *larger);
        if (larger == NULL) {
            gathering->failed = true;
            return NULL;
        }
        to->said = larger;
        to->said_capacity = capacity;
    }
    struct request_said *said = &to->said[to->said_count++];
    *said = (struct request_said){.activity = {NO_INDEX}, .count = 1};
    return said;
}

static struct slice text_keep(struct gathering *gathering, const char *text)
{
    size_t length = strlen(text);
    char *copy = arena_copy(&gathering->to->texts, text, length);
    gathering->failed |= copy == NULL;
    return copy == NULL ? SLICE("") : (struct slice){copy, length};
}

/* ---- the shop file ---- */

static void file_take(struct gathering *gathering)
{
    const struct shop *shop = gathering->figures->shop;
    for (uint32_t i = 0; i < shop->request_count; i++) {
        const struct request *request = &shop->requests[i];
        struct request_said *said = said_add(gathering);
        if (said != NULL) {
            *said = (struct request_said){.from = slice_of(request->from),
                                          .wants = slice_of(request->wants),
                                          .activity = request->activity,
                                          .value_minor = request->value_per_week_minor,
                                          .count = request->count,
                                          .hours_count = request->hours_count,
                                          .hours = request->hours};
        }
    }
}

/* ---- the database ---- */

static void row_take(void *context, const struct requests_row *row)
{
    struct gathering *gathering = context;
    struct request_said *said = said_add(gathering);
    if (said == NULL) {
        return;
    }
    said->wants = text_keep(gathering, row->wants);
    said->from = row->email[0] == '\0' ? text_keep(gathering, row->from) : SLICE("");
    struct activity_id activity;
    if (shop_activity_find(gathering->figures->shop, slice_of(row->activity), &activity)) {
        said->activity = activity;
    }
    said->value_minor = row->value_per_week_minor;
    said->count = row->count;
    said->customer = customer_hash(&gathering->key, slice_of(row->email));
}

static const struct focus_offer *offer_figures(const struct focus_figures *figures,
                                               struct offer_id offer)
{
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        if (figures->offers[i].offer.index == offer.index) {
            return &figures->offers[i];
        }
    }
    return NULL;
}

/* Columns: offer, quantity in thousandths, the customer's address. */
static void wish_take(struct gathering *gathering, sqlite3_stmt *row)
{
    const struct shop *shop = gathering->figures->shop;
    struct offer_id offer;
    if (!shop_offer_find(shop, slice_of(reader_text(row, 0)), &offer)) {
        return;
    }
    const struct focus_offer *figures = offer_figures(gathering->figures, offer);
    struct request_said *said = figures == NULL ? NULL : said_add(gathering);
    if (said != NULL) {
        __int128 value = (__int128)figures->net_micro * sqlite3_column_int64(row, 1) / THOUSAND;
        said->wants = slice_of(shop->offers[offer.index].label.text[gathering->language]);
        said->activity = shop->offers[offer.index].activity;
        said->value_minor = focus_minor((int64_t)(value / REQUEST_WEEKS));
        said->customer = customer_hash(&gathering->key, slice_of(reader_text(row, 2)));
        gathering->to->wished++;
    }
}

static int wishes_step(sqlite3 *connection, struct gathering *gathering)
{
    static const char sql[] =
        "SELECT w.offer, w.quantity_thousandths, c.email FROM wishes w"
        " LEFT JOIN customers c ON c.number = w.contact WHERE w.status IN ('waiting', 'lapsed')"
        " AND unixepoch(w.made_at) >= ?1 ORDER BY w.number";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, gathering->now - CUSTOMER_SECONDS);
        while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
            wish_take(gathering, statement);
        }
    }
    (void)sqlite3_finalize(statement);
    return result;
}

/* ---- who asks ---- */

static int customers_compare(const void *a, const void *b)
{
    const struct request_customer *x = a;
    const struct request_customer *y = b;
    return (x->customer > y->customer) - (x->customer < y->customer);
}

/* Those who ask and are known, each once. */
static bool customers_list(struct requests_gathered *to)
{
    to->customers = calloc((size_t)to->said_count + 1, sizeof *to->customers);
    if (to->customers == NULL) {
        return false;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < to->said_count; i++) {
        to->customers[count].customer = to->said[i].customer;
        count += to->said[i].customer != 0;
    }
    qsort(to->customers, count, sizeof *to->customers, customers_compare);
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || to->customers[i].customer != to->customers[to->customer_count - 1].customer) {
            to->customers[to->customer_count++] = to->customers[i];
        }
    }
    return true;
}

/* What they bought, less what they sent back. */
static enum status customers_take(const char *path, struct env *env, struct gathering *gathering,
                                  struct fault *fault)
{
    struct requests_gathered *to = gathering->to;
    struct past_rows rows;
    struct past_row row;
    if (to->customer_count == 0) {
        return STATUS_OK;
    }
    enum status status = past_rows_open(&rows, path, env, gathering->now, fault);
    while (status == STATUS_OK && past_rows_next(&rows, &row)) {
        const struct request_customer wanted = {.customer = row.customer};
        struct request_customer *found =
            row.customer == 0 || row.at < gathering->now - CUSTOMER_SECONDS
                ? NULL
                : bsearch(&wanted, to->customers, to->customer_count, sizeof wanted,
                          customers_compare);
        if (found != NULL &&
            __builtin_add_overflow(found->bought_minor, row.amount_minor, &found->bought_minor)) {
            found->bought_minor = INT64_MAX / LIMIT_REQUESTS;
        }
    }
    return past_rows_close(&rows, status, fault);
}

static enum status memory_fault(struct fault *fault)
{
    return fault_set(fault, STATUS_MEMORY, "no memory for requests; free some and try again");
}

static enum status database_take(const char *path, struct env *env, struct gathering *gathering,
                                 struct fault *fault)
{
    sqlite3 *connection = NULL;
    enum status status = journal_reader_open(path, env, &connection, fault);
    if (status == STATUS_OK && !customer_key_read(connection, &gathering->key)) {
        status = reader_fault(connection, path, fault);
    }
    if (status == STATUS_OK) {
        status = requests_read(path, env, false, row_take, gathering, fault);
    }
    if (status == STATUS_OK && wishes_step(connection, gathering) != SQLITE_DONE) {
        status = reader_fault(connection, path, fault);
    }
    (void)sqlite3_close(connection);
    if (status == STATUS_OK && !customers_list(gathering->to)) {
        status = memory_fault(fault);
    }
    return status == STATUS_OK ? customers_take(path, env, gathering, fault) : status;
}

enum status requests_gather(const struct call *call, const struct shop_open *open,
                            const struct focus_figures *figures, struct requests_gathered *gathered,
                            struct fault *fault)
{
    struct gathering gathering = {
        .to = gathered, .figures = figures, .now = open->now, .language = call->language};
    *gathered = (struct requests_gathered){.said = NULL};
    arena_init(&gathered->texts, TEXTS_BYTES_MAX);
    file_take(&gathering);
    enum status status =
        open->is_file ? STATUS_OK : database_take(open->path, call->env, &gathering, fault);
    return status == STATUS_OK && gathering.failed ? memory_fault(fault) : status;
}

void requests_gathered_free(struct requests_gathered *gathered)
{
    free(gathered->said);
    free(gathered->customers);
    arena_free(&gathered->texts);
    *gathered = (struct requests_gathered){.said = NULL};
}
