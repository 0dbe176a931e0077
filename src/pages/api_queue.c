/* GET queue: where the bearer of the ticket stands in the waiting room; the look says "still here",
 * if it does not come far too soon. GET opening: whether the door is closed, until when, and how
 * the draw can be checked. Without a shop behind us there is no waiting room: it is open. */
#include "pages/api.h"
#include "pages/waiting.h"

#include <inttypes.h>

static const char *const states[] = {[GATE_GONE] = "gone",
                                     [GATE_WAITING] = "waiting",
                                     [GATE_CALLED] = "called",
                                     [GATE_INSIDE] = "inside"};

static void place_append(struct text *to, const struct gate_view *view, uint32_t front)
{
    text_append_format(to, "\"number\":%" PRIu32 ",", view->number);
    if (view->place > 0) {
        text_append_format(to, "\"place\":%" PRIu32 ",\"front\":%" PRIu32 ",\"ahead\":%" PRIu32 ",",
                           view->place, front, view->ahead);
    }
    if (view->wait.known) {
        text_append_format(to, "\"wait_seconds\":{\"low\":%" PRIu32 ",\"high\":%" PRIu32 "},",
                           view->wait.low_seconds, view->wait.high_seconds);
    } else {
        text_append_string(to, "\"wait_seconds\":null,");
    }
    text_append_format(to, "\"poll_seconds\":%" PRIu32 ",", view->poll_seconds);
}

void api_queue_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct gate_view view = {.state = GATE_INSIDE};
    struct text *to = api_scratch(pages);
    (void)parameter;
    if (pages->waiting != NULL && !waiting_look(pages->waiting, request, &view)) {
        return;
    }
    text_append_string(to, "{");
    if (view.state == GATE_WAITING || view.state == GATE_CALLED) {
        place_append(to, &view, waiting_gate(pages->waiting)->head);
        waiting_places_append(pages->waiting, &view, to);
    }
    text_append_format(to, "\"state\":\"%s\"}",
                       pages->waiting == NULL ? "open" : states[view.state]);
    api_reply(pages, request, 200,
              SLICE("Content-Type: application/json\r\nCache-Control: no-store\r\n"));
}

void api_opening_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct text *to = api_scratch(pages);
    (void)parameter;
    text_append_string(to, "{");
    if (pages->waiting != NULL) {
        waiting_opening_append(pages->waiting, to);
    } else {
        text_append_string(to, "\"state\":\"open\"");
    }
    text_append_string(to, "}");
    api_reply(pages, request, 200,
              SLICE("Content-Type: application/json\r\nCache-Control: no-store\r\n"));
}
