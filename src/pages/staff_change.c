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

#include <stdio.h>

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

/* One form of the page: what is chosen in it, and how it is called. */
static const struct report {
    const char *kind;  /* of the command `change` */
    const char *field; /* what is chosen */
    const char *title, *lead, *label, *add;
} reports[] = {
    {"staff", "work_center", MESSAGE("staff-shift"), MESSAGE("staff-shift-lead"),
     MESSAGE("staff-work-center"), MESSAGE("staff-shift-add")},
    {"received", "entry", MESSAGE("staff-received"), MESSAGE("staff-received-lead"),
     MESSAGE("staff-entry"), MESSAGE("staff-received-add")},
    {"count", "item", MESSAGE("staff-count"), MESSAGE("staff-count-lead"), MESSAGE("staff-item"),
     MESSAGE("staff-count-add")},
};

/* Was this form refused? Then what was typed in it stays. */
static bool is_refused(const struct changing *it, const struct report *report)
{
    struct slice kind;
    return it->refusal != NULL && staff_page_field(&it->page, "kind", WORD_BYTES, &kind) &&
           slice_is(kind, report->kind);
}

/* What a field has: what was typed, or else `otherwise`. */
static struct slice typed_or(const struct changing *it, const struct report *report,
                             const char *field, struct slice otherwise)
{
    struct slice typed;
    return is_refused(it, report) && staff_page_field(&it->page, field, LIMIT_NAME_BYTES, &typed)
               ? typed
               : otherwise;
}

static json_t *shown(const struct changing *it, const struct report *report, const char *field,
                     struct slice otherwise)
{
    struct slice text = typed_or(it, report, field, otherwise);
    return json_stringn(text.length > 0 ? text.data : "", text.length);
}

/* Takes `text`. */
static void choice_add(json_t *list, struct slice chosen, const char *value, json_t *text)
{
    json_array_append_new(list, json_pack("{s:s,s:o,s:b}", "value", value, "text", text, "chosen",
                                          slice_is(chosen, value)));
}

static json_t *entries_values(const struct changing *it, const struct store_view *view,
                              struct slice chosen)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < it->entry_count; i++) {
        char value[16];
        const struct expected *entry = &it->entries[i];
        if (entry->item < view->shop->item_count) {
            json_t *quantity = store_view_quantity(view, entry->quantity_thousandths);
            json_t *day = store_view_day(view, entry->due_day);
            (void)snprintf(value, sizeof value, "%u", (unsigned)entry->entry);
            choice_add(list, chosen, value,
                       json_sprintf("%s%s %s, %s", view->shop->items[entry->item].name,
                                    store_page_message(view->language, MESSAGE("colon")),
                                    json_string_value(quantity), json_string_value(day)));
            json_decref(quantity);
            json_decref(day);
        }
    }
    return list;
}

static json_t *names_values(const struct shop *shop, bool items, struct slice chosen)
{
    json_t *list = json_array();
    uint32_t count = items ? shop->item_count : shop->work_center_count;
    for (uint32_t i = 0; i < count && i < CHOICES_MAX; i++) {
        bool retired = items ? shop->items[i].retired : shop->work_centers[i].retired;
        const char *name = items ? shop->items[i].name : shop->work_centers[i].name;
        if (!retired) {
            choice_add(list, chosen, name, json_string(name));
        }
    }
    return list;
}

static json_t *choices_values(const struct changing *it, const struct report *report,
                              const struct store_view *view)
{
    struct slice chosen = typed_or(it, report, report->field, SLICE(""));
    return strcmp(report->field, "entry") == 0
               ? entries_values(it, view, chosen)
               : names_values(view->shop, strcmp(report->field, "item") == 0, chosen);
}

/* The words of a form, and what is typed in it. */
static json_t *report_values(const struct changing *it, const struct report *report,
                             struct slice today)
{
    enum language language = it->page.visit.language;
    bool shift = slice_is(SLICE("staff"), report->kind);
    json_t *values =
        json_pack("{s:s,s:s,s:b,s:s,s:s,s:s,s:s}", "kind", report->kind, "field", report->field,
                  "shift", shift, "heading", store_page_message(language, report->title), "lead",
                  store_page_message(language, report->lead), "label",
                  store_page_message(language, report->label), "add",
                  store_page_message(language, report->add));
    if (shift) {
        json_object_set_new(values, "people", shown(it, report, "people", SLICE("1")));
        json_object_set_new(values, "from", shown(it, report, "from", today));
        json_object_set_new(values, "to", shown(it, report, "to", today));
    } else {
        json_object_set_new(values, "quantity", shown(it, report, "quantity", SLICE("")));
    }
    return values;
}

static json_t *reports_values(const struct changing *it, const struct store_view *view)
{
    char day[16];
    struct slice today = {day, day_write(day, view->today)};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        json_t *choices = choices_values(it, &reports[i], view);
        if (json_array_size(choices) == 0) {
            json_decref(choices);
            continue;
        }
        json_t *values = report_values(it, &reports[i], today);
        json_object_set_new(values, "choices", choices);
        json_array_append_new(list, values);
    }
    return list;
}

static void page_show(const struct changing *it)
{
    const struct store_visit *visit = &it->page.visit;
    struct store_view view = store_view_of(visit->store, visit->store->shop, visit->language);
    json_t *values = staff_page_values(&it->page, MESSAGE("staff-change-title"));
    json_object_set_new(values, "reports", reports_values(it, &view));
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
    (void)staff_page_field(&it->page, "kind", WORD_BYTES, &kind);
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        if (slice_is(kind, reports[i].kind)) {
            return true;
        }
    }
    return false;
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
