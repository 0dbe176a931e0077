/* What operations report, as forms: people more or fewer, what was counted, what was delivered.
 *
 *   form -> the JSON of the control command `change` (control_change.h) -> control.h, as the
 *   command line does it -> dates move -> the page again, with how many
 *
 * So there is one way to read, check and refuse a change. Who made it is written down in the
 * change's own transaction. */
#include "pages/staff_page.h"

#include "base/decimal.h"
#include "pages/control.h"

#include <inttypes.h>
#include <stdio.h>

enum { ENTRIES_MAX = 60, CHOICES_MAX = 500, REQUEST_BYTES = 2048, WHAT_BYTES = 256 };
enum { WORD_BYTES = 16, NUMBER_BYTES = 16, DAY_BYTES = 10 };

/* What is expected, as the core knows it. */
struct expected {
    uint32_t entry;
    uint16_t item;
    int64_t quantity_thousandths;
    int32_t due_day;
};

struct changing {
    struct staff_page page; /* first */
    struct control *control;
    struct text request;
    struct engine_task question;
    uint32_t entry_count;
    struct expected entries[ENTRIES_MAX];
    const char *problem; /* of the last try; NULL: none */
    bool done;
    uint32_t moved, broken;
};

/* ---- the page ---- */

static void entries_list(struct promise_state *state, int64_t now, void *context)
{
    struct changing *it = context;
    uint32_t count = promise_entry_count(state);
    (void)now;
    it->entry_count = 0;
    for (uint32_t number = 1; number <= count && it->entry_count < ENTRIES_MAX; number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        bool comes = entry->status == SUPPLY_EXPECTED || entry->status == SUPPLY_SENT ||
                     entry->status == SUPPLY_APPROVED;
        if (comes && entry->quantity_thousandths > 0) {
            it->entries[it->entry_count++] =
                (struct expected){number, entry->item, entry->quantity_thousandths, entry->due_day};
        }
    }
}

static json_t *entries_values(const struct changing *it, const struct store_view *view)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < it->entry_count; i++) {
        const struct expected *entry = &it->entries[i];
        if (entry->item < view->shop->item_count) {
            json_array_append_new(list,
                                  json_pack("{s:i,s:s,s:o,s:o}", "entry", (int)entry->entry, "item",
                                            view->shop->items[entry->item].name, "quantity",
                                            store_view_quantity(view, entry->quantity_thousandths),
                                            "day", store_view_day(view, entry->due_day)));
        }
    }
    return list;
}

static json_t *names_values(const struct shop *shop, bool items)
{
    json_t *list = json_array();
    uint32_t count = items ? shop->item_count : shop->work_center_count;
    for (uint32_t i = 0; i < count && i < CHOICES_MAX; i++) {
        bool retired = items ? shop->items[i].retired : shop->work_centers[i].retired;
        if (!retired) {
            json_array_append_new(
                list, json_string(items ? shop->items[i].name : shop->work_centers[i].name));
        }
    }
    return list;
}

static void page_show(const struct changing *it, int status)
{
    char day[16];
    const struct store_visit *visit = &it->page.visit;
    struct store_view view = store_view_of(visit->store, visit->store->shop, visit->language);
    json_t *values = staff_page_values(&it->page, MESSAGE("staff-change-title"));
    json_t *entries = entries_values(it, &view);
    size_t length = day_write(day, view.today);
    json_object_set_new(values, "today", json_stringn(day, length));
    json_object_set_new(values, "centers", names_values(view.shop, false));
    json_object_set_new(values, "items", names_values(view.shop, true));
    json_object_set_new(values, "expected", json_boolean(json_array_size(entries) > 0));
    json_object_set_new(values, "entries", entries);
    if (it->problem != NULL) {
        json_object_set_new(values, "problem", json_string(it->problem));
    }
    if (it->done) {
        json_object_set_new(values, "done",
                            json_pack("{s:i,s:i,s:b,s:b}", "moved", (int)it->moved, "broken",
                                      (int)it->broken, "any", it->moved > 0, "breaks",
                                      it->broken > 0));
    }
    store_visit_page(visit, status, "staff_change", values, (struct slice){NULL, 0});
}

static void entries_known(struct engine_task *task)
{
    struct changing *it = task->context;
    page_show(it, it->problem != NULL ? 422 : 200);
}

static void page_ask(struct changing *it)
{
    it->question = (struct engine_task){
        .kind = TASK_QUESTION, .question = entries_list, .context = it, .done = entries_known};
    if (!engine_submit(it->page.staff.pages->engine, &it->question)) {
        store_visit_busy(&it->page.visit);
    }
}

/* NULL after it has replied that memory is short. */
static struct changing *changing_begin(const struct staff_page *page)
{
    struct changing *it = door_alloc(page->visit.request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(&page->visit);
        return NULL;
    }
    it->page = *page;
    return it;
}

static void change_form(struct staff_page *page)
{
    struct changing *it = changing_begin(page);
    if (it != NULL) {
        page_ask(it);
    }
}

void staff_change_get(struct staff_page *page)
{
    page->right = STAFF_CHANGE;
    staff_page_guard(page, true, change_form);
}

/* ---- what was posted ---- */

static void text_add(struct changing *it, const char *field, size_t most)
{
    struct slice value;
    if (staff_page_field(&it->page, field, most, &value) && value.length > 0) {
        text_append_format(&it->request, ",\"%s\":\"", field);
        text_append_json(&it->request, value);
        text_append_char(&it->request, '"');
    }
}

/* A number as people type it; what is none is left for the reader to refuse. */
static void number_add(struct changing *it, const char *field)
{
    struct slice value;
    int64_t thousandths;
    char digits[NUMBER_BYTES + 1];
    if (!staff_page_field(&it->page, field, NUMBER_BYTES, &value) || value.length == 0) {
        return;
    }
    for (size_t i = 0; i < value.length; i++) {
        digits[i] = value.data[i] == ',' ? '.' : value.data[i];
    }
    bool negative = digits[0] == '-' && value.length > 1;
    struct slice figure = {digits + negative, value.length - negative};
    bool good = decimal_read(figure, 3, &thousandths) == DECIMAL_OK;
    text_append_format(&it->request, good ? ",\"%s\":%s%.*s" : ",\"%s\":\"%s%.*s\"", field,
                       good && negative ? "-" : "", good ? (int)figure.length : 0, figure.data);
}

static void request_write(struct changing *it)
{
    struct slice kind = {NULL, 0};
    (void)staff_page_field(&it->page, "kind", WORD_BYTES, &kind);
    text_append_string(&it->request, "{\"command\":\"change\"");
    text_add(it, "kind", WORD_BYTES);
    if (slice_is(kind, "staff")) {
        text_add(it, "work_center", LIMIT_NAME_BYTES);
        number_add(it, "people");
        text_add(it, "from", DAY_BYTES);
        text_add(it, "to", DAY_BYTES);
    } else if (slice_is(kind, "count")) {
        text_add(it, "item", LIMIT_NAME_BYTES);
        number_add(it, "quantity");
    } else {
        number_add(it, "entry");
        number_add(it, "quantity");
    }
    text_append_char(&it->request, '}');
}

/* Which changes are reported here; there are others, and those are not for this page. */
static bool kind_is_here(const struct changing *it)
{
    struct slice kind = {NULL, 0};
    return staff_page_field(&it->page, "kind", WORD_BYTES, &kind) &&
           (slice_is(kind, "staff") || slice_is(kind, "count") || slice_is(kind, "received"));
}

static void answer_read(struct changing *it)
{
    struct slice body = control_body(it->control);
    json_t *answer = json_loadb(body.data, body.length, 0, NULL);
    const json_t *moved = json_object_get(answer, "moved");
    it->done = control_http(it->control) == 200;
    if (!it->done) {
        const char *detail = json_string_value(json_object_get(answer, "detail"));
        size_t length = detail == NULL ? 0 : strlen(detail);
        char *copy = door_alloc(it->page.visit.request, length + 1);
        if (copy != NULL && detail != NULL) {
            memcpy(copy, detail, length + 1);
        }
        it->problem = copy != NULL ? copy : "";
    }
    it->moved = (uint32_t)json_array_size(moved);
    for (size_t i = 0; i < json_array_size(moved); i++) {
        it->broken += json_is_true(json_object_get(json_array_get(moved, i), "broken"));
    }
    json_decref(answer);
}

static void change_end(struct changing *it)
{
    answer_read(it);
    control_close(it->control);
    text_free(&it->request);
    page_ask(it);
}

static void change_done(struct control *control, void *user)
{
    control_render(control);
    change_end(user);
}

/* The request without its braces is what was done. */
static void who_put(struct changing *it, struct engine_task *task)
{
    static const size_t head = sizeof "{\"command\":" - 1;
    task->by = slice_of(it->page.staff.person.name);
    task->by_what = (struct slice){it->request.bytes + head, it->request.length - head - 1};
}

static void change_make(struct staff_page *page)
{
    struct changing *it = changing_begin(page);
    if (it == NULL) {
        return;
    }
    if (!kind_is_here(it)) {
        staff_page_redirect(page, "/change", (struct slice){NULL, 0});
        return;
    }
    text_init(&it->request, REQUEST_BYTES);
    request_write(it);
    struct pages *pages = page->staff.pages;
    it->control = control_open(pages->desk, pages->waiting, text_slice(&it->request));
    if (it->control == NULL) {
        text_free(&it->request);
        store_visit_busy(&page->visit);
        return;
    }
    struct engine_task *task = control_task(it->control);
    if (task == NULL) {
        change_end(it);
        return;
    }
    who_put(it, task);
    control_on_done(it->control, change_done, it);
    if (!engine_submit(pages->engine, task)) {
        control_busy(it->control);
        change_end(it);
    }
}

void staff_change_post(struct staff_page *page)
{
    page->right = STAFF_CHANGE;
    staff_page_guard(page, true, change_make);
}
