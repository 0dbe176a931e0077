/* What of the shop behind us queues and what does not: a request's class, by its path, method and
 * parameters (docs/decisions/0044).
 *
 *   who asks from a listed address            -> passes
 *   a path that two programs may read in two ways -> as checkout, and refused where the owner
 *                                                denies admin paths and it may be one
 *   else the first rule that matches exactly, of the shop file, then of the preset
 *   else as browsing, or, where the method may change something, as checkout
 *
 * Nobody escapes a rule by writing a request otherwise than the rule does: a stricter rule also
 * counts where it matches only folded (gate/pattern.h, parameters as PHP reads their names), and a
 * stricter rule for a parameter counts against one that names none, wherever it stands. So an odd
 * spelling can make a request stricter, and never laxer: a property test tries.
 *
 * Costs a microsecond or two, allocates nothing. */
#ifndef ECLUSE_GATE_RULES_H
#define ECLUSE_GATE_RULES_H

#include "gate/path_reading.h"
#include "model/shop.h"

/* What is done with it, the laxest first. */
enum rules_way {
    RULES_PASS,         /* handed on without a place */
    RULES_QUEUE,        /* needs a place; handed on where none can be given */
    RULES_QUEUE_CLOSED, /* needs a place; refused where none can be given */
    RULES_REFUSE        /* 403 */
};

enum rules_source {
    RULES_OF_SHOP,   /* a rule of the shop file */
    RULES_OF_PRESET, /* a rule of the preset */
    RULES_OF_DEFAULT,
    RULES_OF_ADDRESS, /* who asks is listed */
    RULES_OF_ODDITY,  /* it is written oddly */
    RULES_SOURCES
};

/* A shop that many run, as data. */
struct preset {
    const struct site_rule *rules;
    uint32_t rule_count;
    const char *const *products; /* patterns of the pages that show one product */
    uint32_t product_count;
    const char *date_before;      /* where the date belongs in its usual theme, and */
    const char *const *date_skus; /* what stands before the SKU there (model's injection) */
    uint32_t date_sku_count;
};

struct rules {
    const struct site *site;
    const struct preset *preset; /* NULL: none */
};

struct rules_request {
    struct slice path, query; /* as sent, without the question mark */
    uint32_t method;          /* one bit (model/site.h) */
    bool disguised;           /* a header names another method */
    bool local;               /* this machine itself asks */
    uint64_t high, low;       /* the address that asks, as struct site_network has it */
};

struct rules_verdict {
    enum rules_way way;
    enum site_class class;
    enum rules_source source;
    const struct site_rule *rule; /* of the shop file or the preset */
    uint32_t number;              /* of the rule there, from 1 */
    enum path_oddity oddity;      /* PATH_PLAIN with RULES_OF_ODDITY: the method is disguised */
};

/* NULL: none. */
const struct preset *preset_of(enum site_preset preset);

void rules_decide(const struct rules *rules, const struct rules_request *request,
                  struct rules_verdict *verdict);
/* Does the path show one product, by the shop file's `inject`, or else by the preset? False without
 * either, and for odd paths. */
bool rules_is_product(const struct rules *rules, struct slice path);
/* Is the address in one of the networks from which staff come? */
bool rules_lists(const struct site *site, uint64_t high, uint64_t low);

#endif
