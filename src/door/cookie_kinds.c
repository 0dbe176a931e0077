/* The first row that fits counts; names that no row knows are COOKIE_OTHER. Names that merely sound
 * like a session are a person's: to ask the shop once more costs less than to show somebody's page
 * to somebody else. */
#include "door/cookie_kinds.h"

#include "door/bytes.h"

/* "*" stands for anything at either end of a pattern; case does not count. */
static const struct {
    const char *pattern;
    enum cookie_kind kind;
} kinds[] = {
    /* WooCommerce and WordPress */
    {"woocommerce_items_in_cart", COOKIE_PERSON},
    {"woocommerce_cart_hash", COOKIE_PERSON},
    {"wp_woocommerce_session_*", COOKIE_PERSON},
    {"wordpress_logged_in_*", COOKIE_PERSON},
    {"wordpress_sec_*", COOKIE_PERSON},
    {"wp-postpass_*", COOKIE_PERSON},
    {"comment_author_*", COOKIE_PERSON},
    {"edd_items_in_cart", COOKIE_PERSON},
    /* PrestaShop, Magento, Shopware, Drupal */
    {"PrestaShop-*", COOKIE_PERSON},
    {"X-Magento-Vary", COOKIE_PERSON},
    {"frontend", COOKIE_PERSON},
    {"frontend_cid", COOKIE_PERSON},
    {"persistent_shopping_cart", COOKIE_PERSON},
    {"sw-context-token", COOKIE_PERSON},
    {"sw-cache-hash", COOKIE_PERSON},
    {"SSESS*", COOKIE_PERSON},
    /* Those that count visits, also where their names sound like a session. */
    {"_ga", COOKIE_IGNORED},
    {"_ga_*", COOKIE_IGNORED},
    {"_gid", COOKIE_IGNORED},
    {"_gat*", COOKIE_IGNORED},
    {"_gcl_*", COOKIE_IGNORED},
    {"__gads", COOKIE_IGNORED},
    {"__utm*", COOKIE_IGNORED},
    {"_fbp", COOKIE_IGNORED},
    {"_fbc", COOKIE_IGNORED},
    {"_hj*", COOKIE_IGNORED},
    {"_pk_*", COOKIE_IGNORED},
    {"_clck", COOKIE_IGNORED},
    {"_clsk", COOKIE_IGNORED},
    {"_uet*", COOKIE_IGNORED},
    {"_tt_*", COOKIE_IGNORED},
    {"_ttp", COOKIE_IGNORED},
    {"_pin_*", COOKIE_IGNORED},
    {"_scid*", COOKIE_IGNORED},
    {"sbjs_*", COOKIE_IGNORED},
    {"tk_*", COOKIE_IGNORED},
    {"mp_*", COOKIE_IGNORED},
    {"ajs_*", COOKIE_IGNORED},
    {"hubspotutk", COOKIE_IGNORED},
    {"__hs*", COOKIE_IGNORED},
    {"__cf_bm", COOKIE_IGNORED},
    {"cookielawinfo-*", COOKIE_IGNORED},
    {"cmplz_*", COOKIE_IGNORED},
    {"OptanonConsent", COOKIE_IGNORED},
    {"OptanonAlertBoxClosed", COOKIE_IGNORED},
    {"CookieConsent", COOKIE_IGNORED},
    {"tarteaucitron", COOKIE_IGNORED},
    {"axeptio_*", COOKIE_IGNORED},
    {"didomi_token", COOKIE_IGNORED},
    {"euconsent*", COOKIE_IGNORED},
    /* Whatever runs there. */
    {"*sess*", COOKIE_PERSON},
    {"*sid", COOKIE_PERSON},
    {"*auth*", COOKIE_PERSON},
    {"*token*", COOKIE_PERSON},
    {"*login*", COOKIE_PERSON},
    {"*logged*", COOKIE_PERSON},
    {"*cart*", COOKIE_PERSON},
    {"*basket*", COOKIE_PERSON},
    {"*customer*", COOKIE_PERSON},
    {"*user*", COOKIE_PERSON},
    {"*remember*", COOKIE_PERSON},
    {"*jwt*", COOKIE_PERSON},
};

static bool holds(struct slice name, struct slice part)
{
    for (; name.length >= part.length; name = slice_from(name, 1)) {
        if (http_begins_any_case(name, part)) {
            return true;
        }
        if (name.length == 0) {
            break;
        }
    }
    return false;
}

static bool fits(struct slice name, struct slice pattern)
{
    bool before = pattern.data[0] == '*';
    bool behind = pattern.data[pattern.length - 1] == '*';
    struct slice part = {pattern.data + (before ? 1 : 0),
                         pattern.length - (before ? 1 : 0) - (behind ? 1 : 0)};
    if (before && behind) {
        return holds(name, part);
    }
    if (before) {
        return name.length >= part.length &&
               http_equal_any_case(slice_from(name, name.length - part.length), part);
    }
    return behind ? http_begins_any_case(name, part) : http_equal_any_case(name, part);
}

enum cookie_kind cookie_kind(struct slice name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (fits(name, slice_of(kinds[i].pattern))) {
            return kinds[i].kind;
        }
    }
    return COOKIE_OTHER;
}
