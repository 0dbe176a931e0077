/* What the shop file says of the site behind us besides its figures: which requests are what, and
 * from where staff come. gate/rules.h says what it means for a request. */
#ifndef ECLUSE_MODEL_SITE_H
#define ECLUSE_MODEL_SITE_H

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* What a request is for. */
enum site_class {
    SITE_BROWSING,  /* queues when the shop is full; handed on where no place can be given */
    SITE_CHECKOUT,  /* queues; refused where no place can be given */
    SITE_ASSETS,    /* style sheets, scripts, pictures, fonts: never queue */
    SITE_CALLBACKS, /* other people's machines, such as a bank's: never queue, need no cookie */
    SITE_ADMIN,     /* staff's: only who is listed does not queue */
    SITE_CRON,      /* this machine's own calls: from elsewhere they queue */
    SITE_CLASSES
};

enum site_preset {
    SITE_PRESET_NONE,
    SITE_PRESET_WOOCOMMERCE,
    SITE_PRESET_PRESTASHOP,
    SITE_PRESETS
};

/* Who asks for an admin path from an address that is not listed. */
enum site_admin_else { SITE_ADMIN_QUEUES, SITE_ADMIN_DENIED };

/* Bits of a set of methods. */
enum {
    SITE_GET = 1 << 0,
    SITE_HEAD = 1 << 1,
    SITE_POST = 1 << 2,
    SITE_PUT = 1 << 3,
    SITE_DELETE = 1 << 4,
    SITE_OPTIONS = 1 << 5,
    SITE_PATCH = 1 << 6,
    SITE_OTHER = 1 << 7, /* whatever has no name here */
    SITE_METHODS_ALL = 0xff,
    SITE_METHOD_NAMES = 7 /* those before SITE_OTHER */
};

struct site_rule {
    const char *path;  /* a pattern (gate/pattern.h); NULL: any */
    const char *query; /* "name" or "name=value" of a parameter; NULL: none is needed */
    uint32_t methods;
    enum site_class class;
};

struct site_rule_list {
    uint32_t count;
    struct site_rule *rules;
};

/* 128 bits; IPv4 as ::ffff:a.b.c.d. */
struct site_network {
    const char *text; /* as written */
    uint64_t high, low;
    int32_t bits; /* those that count, of 128 */
};

struct site_network_list {
    uint32_t count;
    struct site_network *networks;
};

/* "192.0.2.0/24", "192.0.2.7", "2001:db8::/48"; what is finer than an IPv6 /64 is refused. */
bool site_network_read(struct slice text, struct site_network *network);

/* As the shop file writes them. */
const char *site_class_name(enum site_class class);
const char *site_preset_name(enum site_preset preset);
bool site_preset_find(const char *name, enum site_preset *preset);
/* "GET", as the bit; SITE_OTHER for what has no name here. */
uint32_t site_method_bit(struct slice name);

#endif
