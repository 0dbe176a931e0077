/* What of a shop that many run is what: one table each, asked from its beginning.
 *
 * Parameters stand first, because they name a page whatever the path says; then what passes, each
 * as narrow as its makers document it; then what is strict. What stands in no table queues as
 * browsing, or, when the method changes something, as checkout. Shops in another language than the
 * tables', or below another path than the root, add rules in their shop file.
 *
 * Sources. WooCommerce: developer.woocommerce.com/docs/woocommerce-plugin-api-callbacks (wc-api),
 * class-wc-ajax.php and class-wc-api.php of its code reference (wc-ajax), Store API (wc/store),
 * class-wp.php of WordPress (parameters that name a page: public query variables). PrestaShop:
 * classes/Dispatcher.php (routes module/{module}/{controller}, {id}-{rewrite}.html, and the
 * parameter `controller`), install-dev/langs/{en,fr}/data/meta.xml (names of pages). */
#include "gate/rules.h"

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

#define RULE(what, pattern)                                                                        \
    {                                                                                              \
        .path = (pattern), .methods = SITE_METHODS_ALL, .class = (what)                            \
    }
#define NAMES(what, parameter)                                                                     \
    {                                                                                              \
        .query = (parameter), .methods = SITE_METHODS_ALL, .class = (what)                         \
    }
#define ASSET(pattern)                                                                             \
    {                                                                                              \
        .path = (pattern), .methods = SITE_GET | SITE_HEAD, .class = SITE_ASSETS                   \
    }
/* What a page is made of; documents, archives and scripts of the server are not. */
#define ASSETS_BELOW(folder)                                                                       \
    ASSET(folder "**.css"), ASSET(folder "**.js"), ASSET(folder "**.mjs"), ASSET(folder "**.map"), \
        ASSET(folder "**.png"), ASSET(folder "**.jpg"), ASSET(folder "**.jpeg"),                   \
        ASSET(folder "**.gif"), ASSET(folder "**.webp"), ASSET(folder "**.avif"),                  \
        ASSET(folder "**.svg"), ASSET(folder "**.ico"), ASSET(folder "**.woff"),                   \
        ASSET(folder "**.woff2"), ASSET(folder "**.ttf"), ASSET(folder "**.otf"),                  \
        ASSET(folder "**.eot")
#define ASSETS_AT_ROOT ASSET("/favicon.ico"), ASSET("/robots.txt"), ASSET("/apple-touch-icon*.png")
/* A page and all below it, also behind a language: /fr/panier. */
#define PAGE(what, name) RULE(what, "/" name "/*"), RULE(what, "/*/" name "/*")
/* A certificate is renewed whoever waits. */
#define CERTIFICATES RULE(SITE_CALLBACKS, "/.well-known/acme-challenge/*")

static const struct site_rule woocommerce_rules[] = {
    NAMES(SITE_CHECKOUT, "add-to-cart"),
    NAMES(SITE_CHECKOUT, "wc-ajax=checkout"),
    NAMES(SITE_CHECKOUT, "remove_item"),
    NAMES(SITE_CHECKOUT, "undo_item"),
    NAMES(SITE_CHECKOUT, "order_again"),
    NAMES(SITE_CHECKOUT, "pay_for_order"),
    NAMES(SITE_CHECKOUT, "order-pay"),
    NAMES(SITE_CHECKOUT, "order-received"),
    /* They name a page, which may be the checkout. */
    NAMES(SITE_CHECKOUT, "page_id"),
    NAMES(SITE_CHECKOUT, "pagename"),
    NAMES(SITE_CHECKOUT, "p"),
    NAMES(SITE_CHECKOUT, "name"),
    NAMES(SITE_CHECKOUT, "rest_route"),
    NAMES(SITE_CHECKOUT, "_method"),
    /* An empty callback (PHP: 0 is empty) is the front page. */
    RULE(SITE_BROWSING, "/wc-api/0"),
    RULE(SITE_CALLBACKS, "/wc-api/*"),
    {.path = "/", .query = "wc-api", .methods = SITE_METHODS_ALL, .class = SITE_CALLBACKS},
    {.path = "/index.php", .query = "wc-api", .methods = SITE_METHODS_ALL, .class = SITE_CALLBACKS},
    RULE(SITE_CALLBACKS, "/wp-json/wc/*/payments/webhook"),
    RULE(SITE_CALLBACKS, "/wp-json/paypal/*/incoming"),
    CERTIFICATES,
    RULE(SITE_CRON, "/wp-cron.php"),
    ASSETS_BELOW("/wp-content/"),
    ASSETS_BELOW("/wp-includes/"),
    ASSETS_AT_ROOT,
    /* Themes and plugins ask there for everybody. */
    RULE(SITE_BROWSING, "/wp-admin/admin-ajax.php"),
    RULE(SITE_BROWSING, "/wp-admin/admin-post.php"),
    RULE(SITE_ADMIN, "/wp-admin/*"),
    RULE(SITE_ADMIN, "/wp-login.php"),
    RULE(SITE_ADMIN, "/xmlrpc.php"),
    PAGE(SITE_CHECKOUT, "checkout"),
    PAGE(SITE_CHECKOUT, "cart"),
    PAGE(SITE_CHECKOUT, "commander"),
    PAGE(SITE_CHECKOUT, "commande"),
    PAGE(SITE_CHECKOUT, "panier"),
    PAGE(SITE_CHECKOUT, "kasse"),
    PAGE(SITE_CHECKOUT, "warenkorb"),
    PAGE(SITE_CHECKOUT, "finalizar-compra"),
    PAGE(SITE_CHECKOUT, "carrito"),
    RULE(SITE_CHECKOUT, "/wp-json/wc/store/*"),
};
static const char *const woocommerce_products[] = {"/product/*",   "/*/product/*", "/produit/*",
                                                   "/*/produit/*", "/produkt/*",   "/producto/*"};

/* What payment modules name the script that a bank calls. */
#define BANK(name)                                                                                 \
    RULE(SITE_CALLBACKS, "/module/*/" name), RULE(SITE_CALLBACKS, "/*/module/*/" name),            \
        RULE(SITE_CALLBACKS, "/modules/*/" name ".php"),                                           \
    {                                                                                              \
        .path = "/index.php", .query = "controller=" name, .methods = SITE_METHODS_ALL,            \
        .class = SITE_CALLBACKS                                                                    \
    }

static const struct site_rule prestashop_rules[] = {
    NAMES(SITE_CHECKOUT, "controller=order"),
    NAMES(SITE_CHECKOUT, "controller=orderopc"),
    NAMES(SITE_CHECKOUT, "controller=cart"),
    NAMES(SITE_CHECKOUT, "controller=orderconfirmation"),
    BANK("validation"),
    BANK("ipn"),
    BANK("webhook"),
    BANK("notification"),
    BANK("callback"),
    CERTIFICATES,
    RULE(SITE_CRON, "/modules/*/cron.php"),
    ASSETS_BELOW("/themes/"),
    ASSETS_BELOW("/modules/"),
    ASSETS_BELOW("/js/"),
    ASSETS_BELOW("/css/"),
    ASSETS_BELOW("/img/"),
    ASSETS_AT_ROOT,
    /* The folder of the back office has a random end. */
    RULE(SITE_ADMIN, "/admin*/*"),
    PAGE(SITE_CHECKOUT, "order"),
    PAGE(SITE_CHECKOUT, "cart"),
    PAGE(SITE_CHECKOUT, "order-confirmation"),
    PAGE(SITE_CHECKOUT, "commande"),
    PAGE(SITE_CHECKOUT, "commande-rapide"),
    PAGE(SITE_CHECKOUT, "panier"),
    PAGE(SITE_CHECKOUT, "confirmation-commande"),
    /* Pictures of products: /24-home_default/mug.jpg */
    ASSET("/*-*/*.jpg"),
    ASSET("/*-*/*.webp"),
    ASSET("/*-*/*.avif"),
    ASSET("/*-*/*.png"),
};
/* WooCommerce's templates/single-product/meta.php; the second is of its structured data. */
static const char *const woocommerce_skus[] = {"<span class=\"sku\"*>", "\"sku\" : \""};

/* Of PrestaShop's own routes only those of products end so. */
static const char *const prestashop_products[] = {"/**.html"};

/* The classic theme: structured data in the head (microdata-jsonld.tpl), or in the page. */
static const char *const prestashop_skus[] = {"\"sku\" : \"", "<span itemprop=\"sku\">",
                                              "<span itemprop=\"sku\"*>"};

static const struct preset presets[SITE_PRESETS] = {
    [SITE_PRESET_WOOCOMMERCE] = {.rules = woocommerce_rules,
                                 .rule_count = COUNT_OF(woocommerce_rules),
                                 .products = woocommerce_products,
                                 .product_count = COUNT_OF(woocommerce_products),
                                 .date_before = "<div class=\"product_meta",
                                 .date_skus = woocommerce_skus,
                                 .date_sku_count = COUNT_OF(woocommerce_skus)},
    [SITE_PRESET_PRESTASHOP] = {.rules = prestashop_rules,
                                .rule_count = COUNT_OF(prestashop_rules),
                                .products = prestashop_products,
                                .product_count = COUNT_OF(prestashop_products),
                                .date_before = "<div class=\"product-actions",
                                .date_skus = prestashop_skus,
                                .date_sku_count = COUNT_OF(prestashop_skus)},
};

const struct preset *preset_of(enum site_preset preset)
{
    return preset == SITE_PRESET_NONE ? NULL : &presets[preset];
}
