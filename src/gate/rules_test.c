/* What queues: presets against the requests that shops really get, own rules before them, and that
 * no spelling makes a request laxer (seed printed; ECLUSE_SEED repeats it). */
#include "gate/pattern.h"
#include "gate/rules.h"

#include "base/random.h"
#include "base/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROUNDS = 200000, PATH_MOST = 4096 };

static struct site site;
static struct rules rules = {.site = &site};

static int reset(void **state)
{
    (void)state;
    site = (struct site){.requests_per_second_thousandths = 1};
    rules.preset = NULL;
    return 0;
}

static struct rules_verdict ask(const char *method, const char *target)
{
    struct rules_verdict verdict;
    struct rules_request request = {.method = site_method_bit(slice_of(method))};
    request.path = slice_cut(slice_of(target), '?', &request.query);
    rules_decide(&rules, &request, &verdict);
    return verdict;
}

static enum rules_way way(const char *target)
{
    return ask("GET", target).way;
}

static void patterns(void **state)
{
    (void)state;
    const struct {
        const char *pattern, *path;
        bool matches;
    } rows[] = {
        {"/checkout", "/checkout", true},
        {"/checkout", "/checkout/", false},
        {"/checkout", "/checkouts", false},
        {"/a*", "/a", true},
        {"/a*", "/abc", true},
        {"/a*", "/a/c", false},
        {"/a/*", "/a", false},
        {"/a/*", "/a/b/c", true},
        {"/a/*/c", "/a/b/c", true},
        {"/a/*/c", "/a/b/b/c", false},
        {"/a/**/c", "/a/b/b/c", true},
        {"/**.css", "/a/b.css", true},
        {"/**.css", "/a.css/b", false},
        {"/**a*b", "/ab/ab", true},
        {"/**a*b", "/ab/a/b", false},
        {"/**x*y/z", "/x/xay/z", true},
        {"/*/x*z", "/a/xaz", true},
        {"/*/x*z", "/a/b/xz", false},
        {"/**", "/", true},
        {"/*", "/", false},
        {"/*", "/a", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool met = pattern_matches(slice_of(rows[i].pattern), slice_of(rows[i].path));
        if (met != rows[i].matches) {
            fail_msg("%s and %s: %d", rows[i].pattern, rows[i].path, met);
        }
    }
    assert_true(pattern_matches_folded(SLICE("/order-received"), SLICE("/orderreceived")));
    assert_false(pattern_matches_folded(SLICE("/order-received"), SLICE("/orderreceive")));
}

struct row {
    const char *method, *target;
    enum rules_way way;
    enum site_class class;
};

static void rows_ask(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct rules_verdict met = ask(rows[i].method, rows[i].target);
        if (met.way != rows[i].way || met.class != rows[i].class) {
            fail_msg("%s %s: way %d, class %s", rows[i].method, rows[i].target, met.way,
                     site_class_name(met.class));
        }
    }
}

static void woocommerce(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"GET", "/", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/product/caramels/", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/product/caf%C3%A9/", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?s=jar&orderby=price", RULES_QUEUE, SITE_BROWSING},
        {"POST", "/product/caramels/", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/checkout/", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/checkout", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/checkout/order-received/12/?key=wc_order_x", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/fr/panier/", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/shop/?add-to-cart=17", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"POST", "/?wc-ajax=checkout", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/?wc-ajax=get_refreshed_fragments", RULES_QUEUE, SITE_BROWSING},
        {"POST", "/wp-json/wc/store/v1/checkout", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/?rest_route=/wc/store/v1/cart", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/?page_id=8", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/wp-content/themes/x/style.css?ver=6.4", RULES_PASS, SITE_ASSETS},
        {"HEAD", "/wp-includes/js/jquery/jquery.min.js", RULES_PASS, SITE_ASSETS},
        {"GET", "/wp-content/uploads/2026/pot%20(1).jpg", RULES_PASS, SITE_ASSETS},
        {"POST", "/wp-content/themes/x/style.css", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/wp-content/themes/x/style.css?add-to-cart=1", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/wp-content/uploads/invoice.pdf", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/favicon.ico", RULES_PASS, SITE_ASSETS},
        {"POST", "/wc-api/WC_Gateway_Paypal/", RULES_PASS, SITE_CALLBACKS},
        {"POST", "/?wc-api=wc_stripe", RULES_PASS, SITE_CALLBACKS},
        {"POST", "/wp-json/wc/v3/payments/webhook", RULES_PASS, SITE_CALLBACKS},
        {"POST", "/wp-json/paypal/v1/incoming", RULES_PASS, SITE_CALLBACKS},
        /* An empty callback is the front page. */
        {"GET", "/wc-api/", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/wc-api/0", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/wc-api/-0", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?wc-api=", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?wc-api=0", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?wc-api=-", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?wc-api=x&wc-api=", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?wc-api=x&wc%2Dapi=", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/?wc-api=x&wc-api[]=1", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/checkout/?wc-api=x", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/product/x/?wc-api=x", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/wp-admin/edit.php", RULES_QUEUE, SITE_ADMIN},
        {"GET", "/wp-login.php", RULES_QUEUE, SITE_ADMIN},
        {"GET", "/wp-admin/admin-ajax.php?action=x", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/wp-cron.php?doing_wp_cron", RULES_QUEUE, SITE_CRON},
        {"GET", "/.well-known/acme-challenge/abc", RULES_PASS, SITE_CALLBACKS},
        {"PROPFIND", "/", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
    };
    rules.preset = preset_of(SITE_PRESET_WOOCOMMERCE);
    rows_ask(rows, sizeof rows / sizeof rows[0]);
    assert_true(rules_is_product(&rules, SLICE("/product/caramels/")));
    assert_true(rules_is_product(&rules, SLICE("/fr/produit/caramels")));
    assert_false(rules_is_product(&rules, SLICE("/product/")));
    assert_false(rules_is_product(&rules, SLICE("/checkout/")));
    assert_false(rules_is_product(&rules, SLICE("/product/../checkout/")));
}

static void own_product_pages(void **state)
{
    (void)state;
    static const char *paths[] = {"/p/*", "/**-*.html", "/été/*"};
    site.inject.pages = (struct path_list){3, paths};
    rules.preset = preset_of(SITE_PRESET_WOOCOMMERCE);
    assert_true(rules_is_product(&rules, SLICE("/p/a/b/")));
    assert_true(rules_is_product(&rules, SLICE("/men/1-a.html")));
    assert_true(rules_is_product(&rules, SLICE("/%C3%A9t%C3%A9/1")));
    assert_false(rules_is_product(&rules, SLICE("/p/")));
    assert_false(rules_is_product(&rules, SLICE("/men/1.html")));
    assert_false(rules_is_product(&rules, SLICE("/product/caramels/"))); /* the preset's */
    rules.preset = NULL;
    assert_true(rules_is_product(&rules, SLICE("/p/a")));
}

static void prestashop(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"GET", "/fr/3-caramels", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/fr/commande", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/order", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/panier?add=1&id_product=3", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/index.php?controller=order", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/index.php?controller=order-confirmation&id_cart=1", RULES_QUEUE_CLOSED,
         SITE_CHECKOUT},
        {"GET", "/img/logo.png?controller=cart", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"POST", "/module/ps_checkout/validation", RULES_PASS, SITE_CALLBACKS},
        {"GET", "/en/module/paypal/ipn", RULES_PASS, SITE_CALLBACKS},
        {"POST", "/index.php?fc=module&module=bank&controller=validation", RULES_PASS,
         SITE_CALLBACKS},
        {"POST", "/index.php?controller=validation&controller=order", RULES_QUEUE_CLOSED,
         SITE_CHECKOUT},
        {"GET", "/themes/classic/assets/css/theme.css", RULES_PASS, SITE_ASSETS},
        {"GET", "/24-home_default/caramel.jpg", RULES_PASS, SITE_ASSETS},
        {"GET", "/order-confirmation/x.jpg", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"GET", "/admin123abc/index.php", RULES_QUEUE, SITE_ADMIN},
    };
    rules.preset = preset_of(SITE_PRESET_PRESTASHOP);
    rows_ask(rows, sizeof rows / sizeof rows[0]);
    assert_true(rules_is_product(&rules, SLICE("/fr/caramels/24-caramel-au-beurre.html")));
    assert_true(rules_is_product(&rules, SLICE("/24-1-caramel.html")));
    assert_false(rules_is_product(&rules, SLICE("/fr/3-caramels")));
}

static void without_rules(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"GET", "/checkout", RULES_QUEUE, SITE_BROWSING},
        {"GET", "/style.css", RULES_QUEUE, SITE_BROWSING},
        {"OPTIONS", "/x", RULES_QUEUE, SITE_BROWSING},
        {"POST", "/x", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
        {"DELETE", "/x", RULES_QUEUE_CLOSED, SITE_CHECKOUT},
    };
    rows_ask(rows, sizeof rows / sizeof rows[0]);
    assert_false(rules_is_product(&rules, SLICE("/product/x")));
}

static void what_is_written_oddly(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum path_oddity oddity;
    } rows[] = {
        {"/%63heckout", PATH_ESCAPE},
        {"/wp-content/a%2Fb.css", PATH_ESCAPE},
        {"/wp-content/a%5Cb.css", PATH_ESCAPE},
        {"/wp-content/a%00.css", PATH_ESCAPE},
        {"/wp-content/a%253f.css", PATH_ESCAPE},
        {"/wp-content/a%3fx.css", PATH_ESCAPE},
        {"/wp-content/%2e%2e/x.css", PATH_ESCAPE},
        {"/wp-content/../checkout/x.css", PATH_DOT_SEGMENT},
        {"/wp-content/./x.css", PATH_DOT_SEGMENT},
        {"/wp-content/..", PATH_DOT_SEGMENT},
        {"//wp-content/x.css", PATH_EMPTY_SEGMENT},
        {"/wp-content//x.css", PATH_EMPTY_SEGMENT},
        {"/wp-content;a/x.css", PATH_PARAMETER},
        {"/checkout;x.css", PATH_PARAMETER},
        {"/index.php/wp-content/x.css", PATH_BEHIND_SCRIPT},
        {"/wp-content/a.PHP/x.css", PATH_BEHIND_SCRIPT},
        {"/wp-content/%C0%AF.css", PATH_NOT_UTF8},
        {"/wp-content/%E9.css", PATH_NOT_UTF8},
    };
    rules.preset = preset_of(SITE_PRESET_WOOCOMMERCE);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rules_verdict met = ask("GET", rows[i].path);
        if (met.way != RULES_QUEUE_CLOSED || met.source != RULES_OF_ODDITY ||
            met.oddity != rows[i].oddity) {
            fail_msg("%s: way %d, oddity %d", rows[i].path, met.way, met.oddity);
        }
    }
    char path[PATH_MOST] = "/wp-content/";
    memset(path + strlen(path), 'a', PATH_READING_BYTES);
    memcpy(path + strlen(path), ".css", 5);
    assert_int_equal(ask("GET", path).oddity, PATH_TOO_LONG);
    /* What every program reads alike is not odd. */
    assert_int_equal(ask("GET", "/product/caf%C3%A9-n%C2%B0%201/").source, RULES_OF_DEFAULT);
    assert_int_equal(ask("GET", "/index.php").source, RULES_OF_DEFAULT);
    /* WordPress drops what is no letter: these are the checkout. */
    assert_int_equal(way("/Checkout!/"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/CHECKOUT"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/check.out/"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/%20checkout"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/?add%2Dto%2Dcart=1"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/?x=1;ADD-to-cart[]=1"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/?wc-ajax=check%3Cb%3Eout"), RULES_QUEUE_CLOSED);
    struct rules_request disguised = {
        .path = SLICE("/wp-content/x.css"), .method = SITE_GET, .disguised = true};
    struct rules_verdict met;
    rules_decide(&rules, &disguised, &met);
    assert_int_equal(met.way, RULES_QUEUE_CLOSED);
}

static void own_rules_first(void **state)
{
    (void)state;
    struct site_rule own[] = {
        {.path = "/wp-content/private/*", .methods = SITE_METHODS_ALL, .class = SITE_CHECKOUT},
        {.path = "/feed/*", .methods = SITE_GET | SITE_HEAD, .class = SITE_ASSETS},
        {.path = "/checkout/help", .methods = SITE_METHODS_ALL, .class = SITE_BROWSING},
        {.query = "vip=yes", .methods = SITE_METHODS_ALL, .class = SITE_CHECKOUT},
    };
    site.rules = (struct site_rule_list){sizeof own / sizeof own[0], own};
    rules.preset = preset_of(SITE_PRESET_WOOCOMMERCE);
    assert_int_equal(way("/wp-content/private/x.css"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/wp-content/Private/x.css"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/wp-content/public/x.css"), RULES_PASS);
    assert_int_equal(way("/feed/atom"), RULES_PASS);
    assert_int_equal(way("/feed"), RULES_QUEUE); /* what lets pass is below only */
    assert_int_equal(way("/feed/atom?pagename=checkout"), RULES_QUEUE_CLOSED);
    assert_int_equal(ask("POST", "/feed/atom").way, RULES_QUEUE_CLOSED);
    assert_int_equal(way("/checkout/help/"), RULES_QUEUE);
    assert_int_equal(way("/checkout/Help/"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/x?vip=yes"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/x?vip=no"), RULES_QUEUE);
    struct rules_verdict met = ask("GET", "/feed/atom");
    assert_int_equal(met.source, RULES_OF_SHOP);
    assert_int_equal(met.number, 2);
    assert_ptr_equal(met.rule, &own[1]);
}

static void staff_and_this_machine(void **state)
{
    (void)state;
    struct site_network networks[2];
    assert_true(site_network_read(SLICE("192.0.2.0/24"), &networks[0]));
    assert_true(site_network_read(SLICE("2001:db8::/48"), &networks[1]));
    site.admin_from = (struct site_network_list){2, networks};
    assert_true(rules_lists(&site, 0, 0xffffc0000207));
    assert_false(rules_lists(&site, 0, 0xffffc0000307));
    assert_true(rules_lists(&site, 0x20010db80000ffff, 0));
    assert_false(rules_lists(&site, 0x20010db800010000, 0));
    assert_false(rules_lists(&site, 0, 0xc0000207));
    rules.preset = preset_of(SITE_PRESET_WOOCOMMERCE);
    struct rules_verdict met;
    struct rules_request request = {
        .path = SLICE("/checkout"), .method = SITE_POST, .low = 0xffffc0000207};
    rules_decide(&rules, &request, &met);
    assert_int_equal(met.way, RULES_PASS);
    assert_int_equal(met.source, RULES_OF_ADDRESS);
    request =
        (struct rules_request){.path = SLICE("/wp-cron.php"), .method = SITE_GET, .local = true};
    rules_decide(&rules, &request, &met);
    assert_int_equal(met.way, RULES_PASS);
    assert_int_equal(met.class, SITE_CRON);
}

static void admin_is_denied_however_it_is_written(void **state)
{
    (void)state;
    static const char *const denied[] = {
        "/wp-admin",
        "/wp-admin/",
        "/wp-admin/edit.php",
        "/WP-ADMIN/edit.php",
        "//wp-admin/edit.php",
        "/wp%2Dadmin/",
        "/x/../wp-admin/",
        "/x/%2e%2e/wp-admin/",
        "/x/..;/wp-admin/",
        "/wp-admin;x/",
        "/%77p-admin/",
        "/wp-admin/%2e%2e/x",
        "/wp%252Dadmin/",
        "/wp-login.php/x.css",
        "/wp-login.php/../a",
        "/./wp-login.php",
        "/x\\..\\wp-admin/",
        "/wp-admin%2fedit.php",
        "/%2e/%2fwp-login.php",
        "/wp-login.php.",
    };
    site.admin_elsewhere = SITE_ADMIN_DENIED;
    rules.preset = preset_of(SITE_PRESET_WOOCOMMERCE);
    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) {
        if (way(denied[i]) != RULES_REFUSE) {
            fail_msg("%s: way %d", denied[i], way(denied[i]));
        }
    }
    assert_int_equal(way("/wp-admin/admin-ajax.php"), RULES_QUEUE);
    assert_int_equal(way("/x//y"), RULES_QUEUE_CLOSED);
    assert_int_equal(way("/wp-administrator"), RULES_QUEUE);
    char path[PATH_MOST] = "/wp-admin/";
    memset(path + strlen(path), 'a', 2000);
    assert_int_equal(way(path), RULES_REFUSE);
}

/* ---- no spelling is laxer ---- */

static const char *const targets[] = {
    "/",
    "/product/caramels/",
    "/checkout/",
    "/checkout/order-received/12/",
    "/fr/panier",
    "/shop/?add-to-cart=17",
    "/?wc-ajax=checkout",
    "/wp-admin/edit.php",
    "/wp-login.php",
    "/wp-content/themes/x/style.css",
    "/wc-api/0",
    "/index.php?controller=order",
    "/order-confirmation?id_cart=1",
    "/admin12/index.php",
    "/module/bank/validation",
    "/private/a/b",
    "/wp-cron.php",
};

static size_t put(char *to, const char *format, ...) PRINTF_LIKE(2, 3);

static size_t put(char *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(to, 16, format, arguments);
    va_end(arguments);
    return (size_t)length;
}

/* One change of spelling that some program might undo; never into another letter. */
static size_t respell(struct random *random, const char *target, char *to)
{
    size_t length = 0;
    bool query = false;
    for (const char *c = target; *c != '\0'; c++) {
        query = query || *c == '?';
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        switch (random_below(random, 24)) {
        case 0:
            if (*c != '?' && *c != '&' && *c != '=') {
                length += put(to + length, "%%%02X", (unsigned)*c);
                continue;
            }
            break;
        case 1:
            if (*c >= 'a' && *c <= 'z') {
                to[length++] = (char)(*c - 'a' + 'A');
                continue;
            }
            break;
        case 2:
            if (letter && !query) {
                length += put(to + length, "%%25%02x", (unsigned)*c);
                continue;
            }
            break;
        case 3:
            if (*c == '/') {
                static const char *const slashes[] = {"//", "/./", "/x/../", "%2f", "/;a/", "\\"};
                length += put(to + length, "%s", slashes[random_below(random, 6)]);
                continue;
            }
            break;
        case 4:
            if (letter) {
                static const char marks[] = "!.-_~'*";
                to[length++] = marks[random_below(random, sizeof marks - 1)];
            }
            break;
        default:
            break;
        }
        to[length++] = *c;
    }
    return length;
}

static struct rules_verdict decide(const char *method, struct slice target)
{
    struct rules_verdict verdict;
    struct rules_request request = {.method = site_method_bit(slice_of(method))};
    request.path = slice_cut(target, '?', &request.query);
    rules_decide(&rules, &request, &verdict);
    return verdict;
}

static void no_spelling_is_laxer(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET", "POST", "HEAD"};
    struct site_rule own[] = {
        {.path = "/private/*/b", .methods = SITE_METHODS_ALL, .class = SITE_CHECKOUT},
        {.path = "/private/**", .methods = SITE_METHODS_ALL, .class = SITE_ASSETS},
    };
    const char *seed = getenv("ECLUSE_SEED");
    struct random random;
    uint64_t number = seed != NULL ? strtoull(seed, NULL, 10) : 20261206;
    char to[PATH_MOST];
    print_message("seed %llu\n", (unsigned long long)number);
    random_seed(&random, number);
    site.rules = (struct site_rule_list){sizeof own / sizeof own[0], own};
    for (int i = 0; i < ROUNDS; i++) {
        const char *target = targets[random_below(&random, sizeof targets / sizeof targets[0])];
        const char *method = methods[random_below(&random, 3)];
        site.admin_elsewhere = (enum site_admin_else)random_below(&random, 2);
        rules.preset = preset_of((enum site_preset)random_below(&random, SITE_PRESETS));
        struct slice odd = {to, respell(&random, target, to)};
        enum rules_way plain = decide(method, slice_of(target)).way;
        enum rules_way met = decide(method, odd).way;
        if (met < plain) {
            fail_msg("%s %s is %d, but %.*s %d (preset %d, deny %d)", method, target, plain,
                     (int)odd.length, odd.data, met,
                     rules.preset == preset_of(SITE_PRESET_PRESTASHOP), site.admin_elsewhere);
        }
    }
}

/* Whatever matches exactly also matches folded: on that stands that nobody gets out of a rule. */
static void folding_keeps_what_matches(void **state)
{
    (void)state;
    static const char letters[] = "aA-/.*";
    struct random random;
    uint32_t met = 0;
    random_seed(&random, 7);
    for (int i = 0; i < ROUNDS; i++) {
        char pattern[12] = "/";
        char path[16] = "/";
        char folded[16];
        size_t p = 1;
        size_t t = 1;
        for (size_t n = random_below(&random, 8); n > 0; n--) {
            pattern[p++] = letters[random_below(&random, sizeof letters - 1)];
        }
        for (size_t n = random_below(&random, 10); n > 0; n--) {
            path[t++] = letters[random_below(&random, sizeof letters - 2)];
        }
        struct slice told = {path, t};
        struct slice fold = {folded, pattern_fold(told, folded)};
        bool tree = p > 1 && pattern[p - 1] == '*' && pattern[p - 2] == '/';
        if (!tree && pattern_matches((struct slice){pattern, p}, told)) {
            met++;
            if (!pattern_matches_folded((struct slice){pattern, p}, fold)) {
                fail_msg("%.*s matches %.*s only exactly", (int)p, pattern, (int)t, path);
            }
        }
    }
    assert_true(met > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(patterns, reset),
        cmocka_unit_test_setup(woocommerce, reset),
        cmocka_unit_test_setup(own_product_pages, reset),
        cmocka_unit_test_setup(prestashop, reset),
        cmocka_unit_test_setup(without_rules, reset),
        cmocka_unit_test_setup(what_is_written_oddly, reset),
        cmocka_unit_test_setup(own_rules_first, reset),
        cmocka_unit_test_setup(staff_and_this_machine, reset),
        cmocka_unit_test_setup(admin_is_denied_however_it_is_written, reset),
        cmocka_unit_test_setup(no_spelling_is_laxer, reset),
        cmocka_unit_test_setup(folding_keeps_what_matches, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
