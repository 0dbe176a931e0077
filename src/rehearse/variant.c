/* parts -> the shop's copy, the moment's and the plan's -> a scene. */
#include "rehearse/variant.h"

#include "base/assert.h"

#include <math.h>
#include <stdlib.h>

static void *copy_of(const void *entries, uint32_t count, uint32_t room, size_t bytes)
{
    unsigned char *made = calloc((size_t)room + 1, bytes);
    ASSERT(made != NULL);
    for (size_t i = 0; i < count * bytes; i++) {
        made[i] = ((const unsigned char *)entries)[i];
    }
    return made;
}

static void tables_copy(struct variant *variant, const struct shop *shop, uint32_t parts)
{
    variant->staffing = copy_of(shop->staffing, shop->staffing_count, shop->staffing_count + parts,
                                sizeof *shop->staffing);
    variant->carriers =
        copy_of(shop->carriers, shop->carrier_count, shop->carrier_count, sizeof *shop->carriers);
    variant->shop.staffing = variant->staffing;
    variant->shop.carriers = variant->carriers;
}

static void people_change(struct variant *variant, int32_t center, int32_t moment_day)
{
    variant->staffing[variant->shop.staffing_count++] =
        (struct staffing){.work_center = {(uint16_t)center},
                          .people = 1,
                          .from_day = moment_day + 1,
                          .to_day = moment_day + WEEKDAYS};
}

static void carrier_change(struct variant *variant, const struct candidate *part)
{
    struct carrier *carrier = &variant->carriers[part->carrier];
    carrier->max_parcels += part->parcels_more;
    carrier->collects.bits |= part->collects_too;
}

static void promise_change_settings(struct promise_rules *promise, const struct candidate *part)
{
    int32_t buffer = promise->buffer_seconds + part->buffer_more_seconds;
    promise->buffer_seconds = buffer < 0 ? 0 : buffer;
    if (part->load_more_thousandths != 0) {
        promise->load_limit_thousandths += part->load_more_thousandths;
        int32_t slots = promise->load_limit_thousandths * SLOTS_PER_QUARTER / THOUSAND;
        promise->load_slots = slots < 1 ? 1 : slots;
    }
}

/* Who comes by the moment pays so much more; who of them buys falls by the power of the elasticity.
 */
static void price_change(struct variant *variant, const struct scene *scene, int32_t percent)
{
    double demand = pow(1 + percent / 100.0, -scene->assume.price_elasticity);
    double conversion = variant->moment.conversion_thousandths * demand;
    variant->moment.conversion_thousandths =
        conversion > 100 * THOUSAND ? 100 * THOUSAND : (int32_t)(conversion + 0.5);
}

static void part_apply(struct variant *variant, const struct scene *scene,
                       const struct candidate *part)
{
    int32_t moment_day = scene->today + (int32_t)scene->moment_day;
    promise_change_settings(&variant->shop.promise, part);
    if (part->center >= 0) {
        people_change(variant, part->center, moment_day);
    }
    if (part->carrier >= 0) {
        carrier_change(variant, part);
    }
    if (part->price_percent != 0) {
        price_change(variant, scene, part->price_percent);
    }
    if (part->days_later > 0) {
        const struct zone *zone = &variant->shop.zone;
        int32_t minute = zone_second_of_day(zone, scene->moment->at) / 60;
        variant->moment.at = zone_instant(zone, moment_day + part->days_later, minute);
    }
}

bool variant_open(struct variant *variant, const struct crew *crew,
                  const struct candidate *const *parts, uint32_t count)
{
    const struct scene *scene = &crew->scene;
    struct fault fault;
    ASSERT(count <= SCENE_EXTRAS_MAX);
    *variant =
        (struct variant){.shop = *scene->shop, .moment = *scene->moment, .plan = *crew->plan};
    variant->plan.moment = &variant->moment;
    tables_copy(variant, scene->shop, count);
    for (uint32_t i = 0; i < count; i++) {
        part_apply(variant, scene, parts[i]);
    }
    if (crew_open(&variant->crew, &variant->plan, &variant->shop, &fault) != STATUS_OK) {
        free(variant->staffing);
        free(variant->carriers);
        return false;
    }
    struct scene *made = &variant->crew.scene;
    made->visitors_per_second =
        scene->visitors_per_second; /* who looks does not see the price yet */
    for (uint32_t i = 0; i < count; i++) {
        made->moment_price_percent += parts[i]->price_percent;
        if (parts[i]->extra.quantity_thousandths > 0) {
            made->extras[made->extra_count++] = parts[i]->extra;
        }
    }
    return true;
}

void variant_close(struct variant *variant)
{
    crew_close(&variant->crew);
    free(variant->staffing);
    free(variant->carriers);
}
