/* Each kind of alarm is a sentence that says what to do about it, and an object whose keys are what
 * it is about. */
#include "commands/alarms.h"

#include "base/assert.h"
#include "commands/show.h"
#include "pages/answer_json.h"
#include "report/table.h"

#include <stdio.h>

void alarms_fill(const struct promise_state *state, struct alarms *alarms)
{
    struct alarm found[ALARMS_SHOWN_MAX];
    alarms->count = alarm_list(state, found, ALARMS_SHOWN_MAX);
    alarms->shown = alarms->count < ALARMS_SHOWN_MAX ? alarms->count : ALARMS_SHOWN_MAX;
    for (uint32_t i = 0; i < alarms->shown; i++) {
        struct alarm_shown *shown = &alarms->list[i];
        struct order_view view;
        *shown = (struct alarm_shown){.alarm = found[i]};
        if (found[i].entry != 0) {
            shown->entry = *promise_entry(state, found[i].entry);
        }
        if (found[i].order != 0 && promise_order_by_number(state, found[i].order, &view)) {
            order_id_write(shown->order, view.made_at, view.key);
        }
    }
}

void alarms_origins(struct alarms *alarms, const struct origins *origins)
{
    for (uint32_t i = 0; i < alarms->shown; i++) {
        struct alarm_shown *shown = &alarms->list[i];
        const char *name = shown->alarm.order == 0 ? "" : origins_name(origins, shown->alarm.order);
        (void)snprintf(shown->origin, sizeof shown->origin, "%s", name);
    }
}

static const char *supplier_name(const struct shop *shop, const struct supply_entry *entry)
{
    return entry->supplier == NO_INDEX ? "?" : shop->suppliers[entry->supplier].name;
}

/* The sentence in one language; `day` is as people write it. */
static void sentence_append(struct call *call, const struct shop *shop,
                            const struct alarm_shown *shown)
{
    const struct alarm *alarm = &shown->alarm;
    const char *item = alarm->item.index == NO_INDEX ? "" : shop->items[alarm->item.index].name;
    char day[SHOW_BYTES];
    char value[SHOW_BYTES];
    (void)show_day(call->language, day, alarm->day);
    struct text *to = &call->out;
    switch (alarm->kind) {
    case ALARM_UNSENT:
        text_append_format(to,
                           call_say(call, "the purchase from %s of %s is not sent",
                                    "l’achat chez %s du %s n’est pas envoyé"),
                           supplier_name(shop, &shown->entry), day);
        break;
    case ALARM_OVERDUE:
        text_append_format(
            to,
            call_say(
                call, "entry %u, %s, was to be here on %s and is not: ask, then redate it",
                "l’entrée %u, %s, devait être là le %s et n’y est pas : demander, puis redater"),
            alarm->entry, item, day);
        break;
    case ALARM_BROKEN:
        text_append_format(to,
                           call_say(call, "order %s has no date; it was promised for %s",
                                    "la commande %s n’a plus de date ; promise pour le %s"),
                           shown->order, day);
        break;
    case ALARM_LATE:
        text_append_format(
            to,
            call_say(call, "order %s is now due %s, later than first promised",
                     "la commande %s est maintenant pour le %s, après sa première promesse"),
            shown->order, day);
        break;
    case ALARM_SHORT:
        text_append_format(to,
                           call_say(call, "%s: %s more are promised than there will be on %s",
                                    "%s : %s de plus sont promis qu’il n’y en aura le %s"),
                           item, show_quantity(call->language, value, alarm->quantity_thousandths),
                           day);
        break;
    case ALARM_CASH:
        text_append_format(to,
                           call_say(call, "cash falls to %s on %s, under the minimum",
                                    "la trésorerie tombe à %s le %s, sous le minimum"),
                           show_money(call->language, shop, value, alarm->amount_minor), day);
        break;
    case ALARM_KINDS:
        ASSERT(false);
    }
}

void alarms_text(struct call *call, const struct shop *shop, const struct alarms *alarms,
                 const char *indent)
{
    for (uint32_t i = 0; i < alarms->shown; i++) {
        text_append_string(&call->out, indent);
        sentence_append(call, shop, &alarms->list[i]);
        if (alarms->list[i].origin[0] != '\0') {
            text_append_string(&call->out, " (");
            (void)table_text_append(&call->out, slice_of(alarms->list[i].origin), 0);
            text_append_char(&call->out, ')');
        }
        text_append_char(&call->out, '\n');
    }
    if (alarms->count > alarms->shown) {
        text_append_format(&call->out, "%s%s %u\n", indent, call_say(call, "and more:", "et :"),
                           alarms->count - alarms->shown);
    }
}

void alarms_json(struct text *to, const struct shop *shop, const struct alarms *alarms)
{
    text_append_string(to, "\"alarms\":[");
    for (uint32_t i = 0; i < alarms->shown; i++) {
        const struct alarm_shown *shown = &alarms->list[i];
        const struct alarm *alarm = &shown->alarm;
        text_append_format(to, "%s{\"kind\":\"%s\",\"day\":", i == 0 ? "" : ",",
                           alarm_kind_text(alarm->kind));
        answer_json_day(to, alarm->day);
        if (alarm->kind == ALARM_UNSENT && shown->entry.supplier != NO_INDEX) {
            text_append_format(to, ",\"supplier\":\"%s\"", supplier_name(shop, &shown->entry));
        }
        if (alarm->kind == ALARM_OVERDUE) {
            text_append_format(to, ",\"entry\":%u", alarm->entry);
        }
        if (alarm->kind == ALARM_OVERDUE || alarm->kind == ALARM_SHORT) {
            text_append_format(to, ",\"item\":\"%s\"", shop->items[alarm->item.index].name);
        }
        if (alarm->order != 0) {
            text_append_format(to, ",\"order\":\"%s\"", shown->order);
        }
        if (shown->origin[0] != '\0') {
            text_append_char(to, ',');
            text_append_json_member(to, "origin", shown->origin);
        }
        if (alarm->kind == ALARM_SHORT) {
            text_append_string(to, ",\"quantity\":");
            answer_json_quantity(to, alarm->quantity_thousandths);
        }
        if (alarm->kind == ALARM_CASH) {
            text_append_string(to, ",\"balance\":");
            answer_json_money(to, shop, alarm->amount_minor);
        }
        text_append_char(to, '}');
    }
    text_append_format(to, "],\"alarm_count\":%u", alarms->count);
}
