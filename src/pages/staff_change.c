/* What operations report, as forms: people more or fewer, what was counted, what was delivered.
 *
 *   form -> the JSON of the control command `change` (control_change.h) -> control.h, as the
 *   command line does it -> dates move -> the page again, with how many
 *
 * So there is one way to read, check and refuse a change. Who made it is written down in the
 * change's own transaction. */
#include "pages/staff_page.h"

#include "pages/answer_json.h"
#include "pages/control.h"
#include "pages/problem.h"

enum { ENTRIES_MAX = 60, CHOICES_MAX = 500, REQUEST_BYTES = 2048 };
enum { WORD_BYTES = 16, DAY_BYTES = 10 };

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
    int status;
    const char *refusal; /* of the last try, a message; NULL: none */
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

static void page_show(const struct changing *it)
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
    if (it->refusal != NULL) {
        json_object_set_new(values, "problem",
                            json_string(store_page_message(visit->language, it->refusal)));
    }
    if (it->done) {
        json_object_set_new(values, "done",
                            json_pack("{s:i,s:i,s:b,s:b}", "moved", (int)it->moved, "broken",
                                      (int)it->broken, "any", it->moved > 0, "breaks",
                                      it->broken > 0));
    }
    store_visit_page(visit, it->status, "staff_change", values, (struct slice){NULL, 0});
}

static void entries_known(struct engine_task *task)
{
    page_show(task->context);
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
    it->status = 200;
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

/* What is no number is left out, and the reader refuses that. */
static void number_add(struct changing *it, const char *field)
{
    int64_t thousandths = 0;
    if (staff_page_number(&it->page, field, &thousandths) == STAFF_NUMBER_GOOD) {
        text_append_format(&it->request, ",\"%s\":", field);
        answer_json_quantity(&it->request, thousandths);
    }
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

/* The refusal in the page's language: by the field that it is about, or by what the core said. */
static const char *refusal_of(const struct problem *problem, const struct engine_task *task)
{
    static const struct {
        const char *pointer;
        const char *message;
    } fields[] = {
        {"/people", MESSAGE("staff-bad-people")}, {"/quantity", MESSAGE("staff-bad-quantity")},
        {"/from", MESSAGE("staff-bad-day")},      {"/to", MESSAGE("staff-bad-day")},
        {"/item", MESSAGE("staff-bad-choice")},   {"/work_center", MESSAGE("staff-bad-choice")},
        {"/entry", MESSAGE("staff-bad-choice")},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(problem->pointer, fields[i].pointer) == 0) {
            return fields[i].message;
        }
    }
    if (problem->kind == PROBLEM_NOT_FOUND) {
        return MESSAGE("staff-bad-entry");
    }
    if (problem->kind != PROBLEM_BAD_VALUE || task == NULL) {
        return MESSAGE("staff-bad-now");
    }
    return task->change.kind == CHANGE_STAFF      ? MESSAGE("staff-bad-shift")
           : task->change.kind == CHANGE_RECEIVED ? MESSAGE("staff-bad-received")
                                                  : MESSAGE("staff-bad-quantity");
}

static void answer_read(struct changing *it)
{
    const struct problem *problem = control_problem(it->control);
    const struct engine_task *task = control_task(it->control);
    if (problem->kind != PROBLEM_NONE) {
        it->refusal = refusal_of(problem, task);
        it->status = problem_status(problem->kind) < 500 ? 422 : 503;
        return;
    }
    it->done = true;
    it->moved = task->revised.count;
    for (uint32_t i = 0; i < task->revised.count; i++) {
        it->broken += task->revised.orders[i].broken;
    }
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
