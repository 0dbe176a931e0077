/* Work in virtual time: jobs wait at work centers, people take them up, the smallest key first, and
 * work through opening hours; what is begun is finished the next day where the day ends before it.
 *
 *   floor_add -> (release) -> queue of its first operation -> ... -> done(job)
 *
 * Minutes vary around the standard (draw_work); the same job's operation takes the same time on
 * each side. A line begins only when its material is taken from the shelf (`take`); until then it
 * is parked. People who are away on a day are the run's draw, the same on each side too.
 *
 * Invariant: busy people of a center never exceed those who were there when they began. */
#ifndef ECLUSE_REHEARSE_FLOOR_H
#define ECLUSE_REHEARSE_FLOOR_H

#include "rehearse/agenda.h"
#include "rehearse/scene.h"

enum { NO_JOB = UINT32_MAX };

struct job {
    const struct routing *routing;
    double units;    /* of the routing's minutes */
    uint64_t person; /* whose work it is, for draws: the same on each side */
    int64_t key;     /* the smallest is served first */
    int64_t not_before;
    int64_t quantity_thousandths; /* of the offer: what it takes from the shelf */
    int64_t seats_left;           /* of a session that it leads */
    int64_t since;                /* it has been waiting here */
    uint32_t group;               /* the owner's */
    uint32_t follower;            /* a booking of the same session; NO_JOB */
    uint16_t operation;
    uint16_t offer;   /* NO_INDEX: a parcel */
    uint16_t late_at; /* the center at which it waited longest; NO_INDEX: for material, if at all */
    uint16_t late_item;  /* for which item; NO_INDEX */
    int64_t late_waited; /* how long, elapsed seconds */
    bool has_material;
    bool begun;
    bool skipped; /* what it was for is no more wanted */
};

struct floor_center {
    struct agenda queue; /* by key; what: the job */
    int32_t people;      /* today */
    int32_t busy;
    int64_t open_until;
};

struct floor_owner {
    /* Takes a line's material from the shelf; false: it is not there. */
    bool (*take)(void *context, uint32_t job, int64_t now);
    /* The last operation of a job has ended. */
    void (*done)(void *context, uint32_t job, int64_t now);
    void *context;
};

struct floor {
    const struct scene *scene;
    struct floor_owner owner;
    uint64_t key;     /* of the run's draws */
    uint64_t endless; /* bit: this center is repaired, nobody waits there */
    struct agenda agenda;
    struct floor_center centers[LIMIT_WORK_CENTERS];
    struct job blank; /* a new one: copied, it is there at once; written, it takes 30 cycles */
    struct job *jobs;
    uint32_t job_count, job_capacity;
    uint32_t *parked; /* jobs without material */
    uint32_t parked_count, parked_capacity;
};

void floor_begin(struct floor *floor, const struct scene *scene, const struct floor_owner *owner,
                 uint64_t key);
void floor_free(struct floor *floor);
/* A new job, to be filled by the caller, then given to floor_release. */
uint32_t floor_add(struct floor *floor);
/* It may be worked on from `not_before` on. A job without operations is done then. */
void floor_release(struct floor *floor, uint32_t index, int64_t now);
/* A day begins: who is there, when it opens. */
void floor_day(struct floor *floor, uint32_t day);
/* How many are away at a center on a day of this run. */
int32_t floor_absent(const struct floor *floor, uint32_t center, uint32_t day);
/* Material came: what is parked is tried again, the smallest key first. */
void floor_material(struct floor *floor, int64_t now);
/* Does more than a day's work wait at this center, if all that waits is like the first? */
bool floor_is_rushed(const struct floor *floor, uint32_t center, int64_t now);
/* The instant of the next event; INT64_MAX. */
static inline int64_t floor_next(const struct floor *floor)
{
    return agenda_next(&floor->agenda);
}
/* Lets the next event happen. */
void floor_step(struct floor *floor);

#endif
