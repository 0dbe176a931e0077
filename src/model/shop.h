/* The shop as data: what the shop file says, checked and resolved, and nothing that changes with an
 * order.
 *
 * Names are resolved to indexes (ids). An index never changes once given: names are permanent, what
 * a later file leaves out is `retired` and keeps its place, what it adds comes last
 * (model/merge.h). So ids may stand in the journal.
 *
 * Units: quantities and minutes in thousandths, rates in thousandths (20 % = 20000 thousandths of a
 * percent), money in minor units of the shop's currency, days and instants as base/calendar.h has
 * them. All memory belongs to `arena`. Rules and keys: the shop file's documentation,
 * docs/shop-file.md. */
#ifndef ECLUSE_MODEL_SHOP_H
#define ECLUSE_MODEL_SHOP_H

#include "base/arena.h"
#include "base/calendar.h"
#include "base/limits.h"
#include "model/assumptions.h"
#include "model/site.h"

#include <stdint.h>

enum { NO_INDEX = 0xffff };

struct item_id {
    uint16_t index;
};
struct offer_id {
    uint16_t index;
};
struct work_center_id {
    uint16_t index;
};
struct carrier_id {
    uint16_t index; /* NO_INDEX: on site */
};
struct supplier_id {
    uint16_t index; /* NO_INDEX: none */
};
struct calendar_id {
    uint16_t index;
};
struct activity_id {
    uint16_t index; /* NO_INDEX: none */
};

enum language { LANGUAGE_FR, LANGUAGE_EN, LANGUAGES };

/* A text that a customer reads. Both are set: a plain text stands for both. */
struct label {
    const char *text[LANGUAGES];
};

/* A set of weekdays: bit 1 << MONDAY ... 1 << SUNDAY. */
struct weekday_set {
    uint8_t bits;
};

/* Sorted days without doubles. */
struct day_list {
    uint32_t count;
    int32_t *days;
};

enum policy { POLICY_COMPLETE, POLICY_SPLIT };

struct promise_rules {
    int32_t hold_seconds;
    int32_t payment_seconds;
    int32_t wish_seconds; /* so long what is held for a wish waits for the customer's yes */
    int32_t horizon_days; /* 1 to LIMIT_HORIZON_DAYS */
    int32_t max_days;
    int32_t buffer_seconds;
    int32_t load_slots; /* of the 60 slots of a quarter, how many may be promised: floor(60 x
                           load_limit), 1 to 60 */
    int32_t load_limit_thousandths;
    enum policy policy;
    int32_t usual_days; /* -1: nothing is said */
};

/* Open from `from_minute` (0 to 1439) to `to_minute` (1 to 1440) of the weekday; ranges of a day
 * sorted, not overlapping. */
struct opening {
    enum weekday weekday;
    int16_t from_minute;
    int16_t to_minute;
};

struct calendar {
    const char *name;
    bool retired;
    uint32_t opening_count;
    struct opening *openings; /* sorted by weekday, then time */
    struct day_list closed;
};

struct work_center {
    const char *name;
    bool retired;
    int32_t people; /* 0 to LIMIT_PEOPLE */
    struct calendar_id calendar;
    int32_t efficiency_thousandths; /* 1000 is 1 */
    int64_t cost_per_hour_minor;
};

struct staffing {
    struct work_center_id work_center;
    int32_t people; /* added, or taken away where negative */
    int32_t from_day;
    int32_t to_day; /* included */
};

struct supplier {
    const char *name;
    bool retired;
    int32_t lead_days;
    int32_t receiving_days;
    struct weekday_set orders_on;
    int32_t payment_days;
    bool end_of_month;
    int64_t minimum_order_value_minor;
    const char *email; /* NULL if none */
};

struct item {
    const char *name;
    bool retired;
    int64_t on_hand_thousandths;
    const char *unit;                 /* NULL: pieces */
    int64_t unit_cost_minor;          /* of one whole unit, without VAT */
    int32_t purchase_vat_thousandths; /* of a percent */
    struct supplier_id supplier;
    int64_t pack_size_thousandths;          /* default one unit */
    int64_t max_units_per_week_thousandths; /* -1: no limit */
    int64_t reorder_point_thousandths;      /* -1: none */
    int64_t safety_stock_thousandths;
    int64_t keep_back_thousandths;
    const char *barcode; /* NULL if none */
};

/* A quantity of an item on a day: a scheduled receipt, or stock promised before Écluse. */
struct item_movement {
    struct item_id item;
    int64_t quantity_thousandths; /* > 0 */
    int32_t due_day;
};

struct operation {
    struct work_center_id work_center;
    int64_t minutes_thousandths; /* standard minutes for one unit (of a parcel: for the parcel) */
    int64_t setup_minutes_thousandths;
    int32_t crew; /* 1 to LIMIT_PEOPLE */
    bool whole;
    int32_t start_every_minutes; /* with whole; 0: any slot */
    uint32_t checklist_count;
    struct label *checklist;
};

struct routing {
    uint32_t count;
    struct operation *operations;
};

struct carrier {
    const char *name;
    bool retired;
    uint16_t rank; /* its place among all carriers by name (strcmp): the order in which parcels are
                      planned */
    int16_t cut_off_minute; /* 0 to 1440 */
    struct weekday_set collects;
    struct weekday_set delivers;
    int32_t transit_days;
    struct day_list closed;
    int32_t max_parcels; /* a collection; -1: no limit */
    int64_t charge_minor;
    int64_t cost_minor;
    int32_t vat_thousandths; /* of a percent; -1: the cart's highest */
    struct routing routing;
};

struct component {
    struct item_id item;
    int64_t quantity_thousandths; /* for one unit of the offer, > 0 */
};

struct offer {
    const char *name; /* its key */
    bool retired;
    uint16_t rank; /* its place among all offers by name (strcmp): the order in which lines are
                      planned */
    struct label label;
    int64_t price_minor;     /* VAT included */
    int32_t vat_thousandths; /* of a percent */
    struct activity_id activity;
    uint32_t component_count;
    struct component *components;
    struct routing routing;
    struct carrier_id carrier;
    bool on_site;
    int32_t seats;                        /* 0: not a session */
    int64_t max_per_customer_thousandths; /* -1: no limit */
    int64_t demand_per_week_thousandths;  /* -1: unknown */
};

struct activity {
    const char *name;
    bool retired;
    int64_t fixed_cost_per_week_minor;
    int64_t owner_hours_per_week_thousandths;
};

enum period_kind { PERIOD_MONTH, PERIOD_WEEK };

/* When something falls due again and again: a day of the month (the last where the month is
 * shorter) or a weekday. */
struct period {
    enum period_kind every;
    int32_t day; /* PERIOD_MONTH: 1 to 31; PERIOD_WEEK: a weekday */
};

struct fixed_cost {
    const char *name;
    int64_t amount_minor;
    struct period due;
};

struct opening_bill {
    struct supplier_id supplier;
    int64_t amount_minor; /* with VAT */
    int32_t due_day;
};

struct cash {
    int64_t opening_balance_minor;
    int64_t minimum_balance_minor;
    int32_t payout_days;
    int32_t payout_reserve_thousandths; /* of a percent */
    int32_t payout_reserve_days;
    int64_t expected_sales_per_week_minor;
    int32_t expected_materials_thousandths; /* of a percent */
    struct period vat;
    int32_t payment_fee_thousandths; /* of a percent */
    uint32_t fixed_cost_count;
    struct fixed_cost *fixed_costs;
    uint32_t bill_count;
    struct opening_bill *bills;
    bool present; /* the file has a cash section: without one, cash bounds nothing */
};

struct path_list {
    uint32_t count;
    const char **paths; /* each begins with '/' and does not end with it */
};

struct text_list {
    uint32_t count;
    const char **texts;
};

/* Where the proxy puts the date into product pages of the shop behind. Texts are searched for as
 * door/insert.h says: a blank is any white space, * anything inside one tag. */
struct injection {
    struct path_list pages; /* of which: patterns (gate/pattern.h); none: nothing is put in */
    const char *before;     /* where in the page */
    struct text_list sku;   /* what stands right before the SKU */
};

struct site {
    int64_t requests_per_second_thousandths; /* -1: unknown */
    int64_t requests_per_visit_thousandths;
    int64_t visitors_at_once; /* -1: no limit */
    struct path_list session_ends_at;
    struct injection inject;
    bool product_dates; /* with a preset and without `inject`: where the preset knows the place */
    int64_t cache_megabytes;     /* 0: nothing is kept */
    int64_t cache_seconds;       /* of answers that do not say how long they are fresh */
    int64_t cache_stale_seconds; /* and then, while they are fetched anew or that fails */
    enum site_preset preset;
    enum site_admin_else admin_elsewhere;
    struct site_network_list admin_from;
    struct site_rule_list rules; /* asked before the preset's */
    bool manages_stock;
};

struct offer_list {
    uint32_t count;
    struct offer_id *offers;
};

enum gate_order { GATE_FIFO, GATE_DRAW };

struct gate_rules {
    int32_t session_seconds;
    enum gate_order order;
    struct offer_list moment_offers;
};

struct basket_share {
    struct offer_id offer;
    int64_t mean_units_thousandths;
};

struct moment {
    const char *name;
    bool retired;
    int64_t at;
    int32_t closes_before_seconds; /* an announced opening; 0: the door stays open */
    const char *channel;           /* NULL if none */
    int64_t visitors_low;
    int64_t visitors_likely;
    int64_t visitors_high;
    int32_t rise_seconds;
    int32_t half_life_seconds;
    int32_t conversion_thousandths;              /* of a percent */
    int32_t conversion_loss_per_day_thousandths; /* of a percent */
    uint32_t basket_count;
    struct basket_share *baskets;
};

/* Hours of a work center that something would take in a week. */
struct center_hours {
    struct work_center_id work_center;
    int64_t hours_thousandths;
};

struct currency {
    char code[4]; /* ISO 4217 */
    int decimals; /* 0, 2 or 3 */
};

struct request {
    const char *from;
    const char *wants;
    struct activity_id activity; /* NO_INDEX: not said */
    int64_t value_per_week_minor;
    int64_t count;
    uint32_t hours_count; /* 0: not said */
    struct center_hours *hours;
};

enum decision_verb {
    DECISION_STOP,
    DECISION_START,
    DECISION_SHRINK,
    DECISION_KEEP,
    DECISION_VERBS
};

/* What a decision may expect. All but KEPT are gains a week against before, maybe negative. */
enum decision_measure {
    DECISION_PROFIT,  /* minor units */
    DECISION_REVENUE, /* without VAT; minor units */
    DECISION_ORDERS,  /* thousandths */
    DECISION_HOURS,   /* of work; thousandths */
    DECISION_KEPT,    /* promises kept: a level, thousandths of a percent */
    DECISION_MEASURES
};

#define DECISION_UNSAID INT64_MIN /* nothing was expected, which is not the same as 0 */

struct decision {
    int32_t on_day;
    int32_t by_day; /* when it is looked at again, after on_day; 0: not said */
    /* One of them: an activity's name, maybe one that is no more, or is not yet. */
    const char *activity[DECISION_VERBS];
    const char *because;                 /* NULL: not said */
    struct label say;                    /* to customers; NULL: not said */
    int64_t expected[DECISION_MEASURES]; /* DECISION_UNSAID */
};

enum decision_verb decision_verb(const struct decision *decision);
const char *decision_activity(const struct decision *decision);
/* As the shop file and the command line have them: "stop", ...; "profit_per_week", ... */
const char *decision_verb_name(enum decision_verb verb);
const char *decision_measure_name(enum decision_measure measure);
/* Decimals of a measure as it is written: the currency's, or three. */
int decision_measure_decimals(enum decision_measure measure, const struct currency *currency);
/* Values that a measure may have, in its units, both included. */
int64_t decision_measure_low(enum decision_measure measure);
int64_t decision_measure_high(enum decision_measure measure);

/* What focus asks the owner (docs/focus.md). */
struct focus_rules {
    int64_t owner_hours_per_week_thousandths; /* for all activities together; -1: no limit */
    int32_t together_lost_thousandths; /* of a percent: what goes with a stopped activity, of what
                                          was bought together with it beyond chance */
};

/* The kinds of things that have a name (model/names.h). */
enum names {
    NAMES_CALENDARS,
    NAMES_WORK_CENTERS,
    NAMES_SUPPLIERS,
    NAMES_ITEMS,
    NAMES_CARRIERS,
    NAMES_OFFERS,
    NAMES_ACTIVITIES,
    NAMES_MOMENTS,
    NAMES_KINDS
};

/* A hash table from names to indexes; see model/names.c. */
struct name_index {
    uint32_t mask;
    uint16_t *slots;
};

struct shop {
    struct arena arena;
    struct name_index names[NAMES_KINDS];
    const char *name;
    struct currency currency;
    const char *zone_name; /* IANA */
    struct zone zone;      /* its rules, filled by whoever loads the shop */
    enum language language;
    bool has_opened;
    const char *opened_text; /* as written: its instant needs the zone */
    int64_t opened;          /* resolved with the zone */

    struct promise_rules promise;
    uint32_t calendar_count;
    struct calendar *calendars;
    uint32_t work_center_count;
    struct work_center *work_centers;
    uint32_t staffing_count;
    struct staffing *staffing;
    uint32_t supplier_count;
    struct supplier *suppliers;
    uint32_t item_count;
    struct item *items;
    uint32_t receipt_count;
    struct item_movement *receipts;
    uint32_t commitment_count;
    struct item_movement *commitments;
    uint32_t carrier_count;
    struct carrier *carriers;
    uint32_t offer_count;
    struct offer *offers;
    uint32_t activity_count;
    struct activity *activities;
    struct cash cash;
    struct site site;
    struct gate_rules gate;
    uint32_t moment_count;
    struct moment *moments;
    uint32_t request_count;
    struct request *requests;
    uint32_t decision_count;
    struct decision *decisions;
    struct focus_rules focus;
    struct shop_assumptions assumptions;
};

/* By name among those that are not retired; false if there is none. */
bool shop_offer_find(const struct shop *shop, struct slice name, struct offer_id *offer);
bool shop_item_find(const struct shop *shop, struct slice name, struct item_id *item);
bool shop_activity_find(const struct shop *shop, struct slice name, struct activity_id *activity);

void shop_free(struct shop *shop);

#endif
