/* body -> JSON -> each member that is there, within its bounds.
 *
 * Another server's status may lack all but the state; what is too large is cut, not refused. */
#include "crowd/poll.h"

#include "base/limits.h"

#include <jansson.h>

enum { POLL_MS_MIN = 100, POLL_MS_MAX = 3600000 };

static bool state_read(const char *said, enum crowd_poll_state *state)
{
    static const char *const names[CROWD_POLL_STATES] = {"waiting", "called", "inside", "gone"};
    for (int i = 0; i < CROWD_POLL_STATES && said != NULL; i++) {
        if (strcmp(said, names[i]) == 0) {
            *state = (enum crowd_poll_state)i;
            return true;
        }
    }
    return false;
}

static uint32_t seconds_of(const json_t *number)
{
    double seconds = json_number_value(number);
    return seconds <= 0                    ? 0
           : seconds > LIMIT_CROWD_SECONDS ? LIMIT_CROWD_SECONDS
                                           : (uint32_t)seconds;
}

static uint32_t poll_ms_of(const json_t *number)
{
    double milliseconds = json_number_value(number) * 1000;
    if (!json_is_number(number)) {
        return 0;
    }
    return milliseconds < POLL_MS_MIN   ? POLL_MS_MIN
           : milliseconds > POLL_MS_MAX ? POLL_MS_MAX
                                        : (uint32_t)milliseconds;
}

static bool place_read(const json_t *place, uint64_t *number)
{
    json_int_t said = json_integer_value(place);
    bool good = json_is_integer(place) && said >= 0 && said < INT64_MAX / 4;
    *number = good ? (uint64_t)said : 0;
    return good;
}

bool crowd_poll_read(struct slice body, struct crowd_poll *poll)
{
    json_t *json = json_loadb(body.data, body.length, 0, NULL);
    *poll = (struct crowd_poll){.has_place = false};
    bool good = state_read(json_string_value(json_object_get(json, "state")), &poll->state);
    poll->has_place = place_read(json_object_get(json, "place"), &poll->place);
    poll->has_front = place_read(json_object_get(json, "front"), &poll->front);
    const json_t *wait = json_object_get(json, "wait_seconds");
    const json_t *low = json_object_get(wait, "low");
    const json_t *high = json_object_get(wait, "high");
    poll->has_wait = json_is_number(low) && json_is_number(high);
    poll->wait_low_seconds = seconds_of(low);
    poll->wait_high_seconds = seconds_of(high);
    poll->poll_ms = poll_ms_of(json_object_get(json, "poll_seconds"));
    json_decref(json);
    return good;
}
