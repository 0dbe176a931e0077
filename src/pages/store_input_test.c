/* What anybody can send: languages, cookies, forms, origins; good, odd and hostile. */
#include "pages/store_visit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- the door ---- */

struct door_request {
    const char *path;
    const char *query;
    const char *cookie;
    const char *accept_language;
    const char *origin;
    const char *site;
    const char *host;
    size_t room;
    char memory[2048];
};

struct slice door_header(const struct door_request *request, const char *name)
{
    const char *value = strcmp(name, "Cookie") == 0            ? request->cookie
                        : strcmp(name, "Accept-Language") == 0 ? request->accept_language
                        : strcmp(name, "Origin") == 0          ? request->origin
                        : strcmp(name, "Sec-Fetch-Site") == 0  ? request->site
                        : strcmp(name, "Host") == 0            ? request->host
                                                               : NULL;
    return value == NULL ? (struct slice){NULL, 0} : slice_of(value);
}

struct slice door_path(const struct door_request *request)
{
    return slice_of(request->path == NULL ? "/" : request->path);
}

struct slice door_query(const struct door_request *request)
{
    return slice_of(request->query == NULL ? "" : request->query);
}

struct slice door_body(const struct door_request *request)
{
    (void)request;
    return (struct slice){NULL, 0};
}

void *door_alloc(struct door_request *request, size_t bytes)
{
    if (bytes > sizeof request->memory - request->room) {
        return NULL;
    }
    void *memory = request->memory + request->room;
    request->room += bytes;
    return memory;
}

/* ---- tests ---- */

static struct shop shop = {.language = LANGUAGE_FR};
static struct store store = {.shop = &shop, .root = ""};

static enum language language_of(const char *query, const char *cookie, const char *accept,
                                 bool *chosen)
{
    struct door_request request = {.query = query, .cookie = cookie, .accept_language = accept};
    struct store_visit visit;
    store_visit_begin(&visit, &store, &request);
    *chosen = visit.chosen;
    return visit.language;
}

static void test_language(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        const char *cookie;
        const char *accept;
        enum language expected;
        bool chosen;
    } cases[] = {
        {NULL, NULL, NULL, LANGUAGE_FR, false},
        {NULL, NULL, "en-GB,en;q=0.9", LANGUAGE_EN, false},
        {NULL, NULL, "de, en;q=0.2, fr;q=0.1", LANGUAGE_EN, false},
        {NULL, NULL, "fr;q=0.5, en;q=0.5", LANGUAGE_FR, false},
        {NULL, NULL, "EN", LANGUAGE_EN, false},
        {NULL, NULL, "english, enx", LANGUAGE_FR, false},
        {NULL, NULL, "en;q=0", LANGUAGE_FR, false},
        {NULL, NULL, ",;,;q=,", LANGUAGE_FR, false},
        {NULL, "a=b; ecluse_lang=en; c", "fr", LANGUAGE_EN, false},
        {NULL, "ecluse_lang=xx", "en", LANGUAGE_EN, false},
        {NULL, "ecluse_lang", "en", LANGUAGE_EN, false},
        {NULL, "xecluse_lang=en", "fr", LANGUAGE_FR, false},
        {"lang=en", "ecluse_lang=fr", "fr", LANGUAGE_EN, true},
        {"page=2&lang=fr", "ecluse_lang=en", NULL, LANGUAGE_FR, true},
        {"lang=xx", NULL, "en", LANGUAGE_EN, false},
        {"lang", NULL, "en", LANGUAGE_EN, false},
        {"slang=en", NULL, NULL, LANGUAGE_FR, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool chosen;
        enum language language =
            language_of(cases[i].query, cases[i].cookie, cases[i].accept, &chosen);
        if (language != cases[i].expected || chosen != cases[i].chosen) {
            fail_msg("case %zu gives %d, %d", i, (int)language, (int)chosen);
        }
    }
}

/* The field `name` of `form`, at most 8 bytes; NULL if it is refused. */
static const char *field(const char *form, const char *name)
{
    static struct door_request request;
    static char found[16];
    request = (struct door_request){.room = 0};
    struct store_visit visit = {.request = &request};
    struct slice value;
    if (!store_visit_field(&visit, slice_of(form), name, 8, &value)) {
        return NULL;
    }
    assert_true(value.length <= 8);
    memcpy(found, value.data, value.length);
    found[value.length] = '\0';
    return found;
}

static void test_fields(void **state)
{
    (void)state;
    assert_string_equal(field("a=1&b=2", "b"), "2");
    assert_string_equal(field("b=1&b=2", "b"), "1");
    assert_string_equal(field("b=", "b"), "");
    assert_string_equal(field("b", "b"), "");
    assert_string_equal(field("b=a=b", "b"), "a=b");
    assert_string_equal(field("b=+a+b+", "b"), "a b");
    assert_string_equal(field("b=%C3%a9t%C3%A9", "b"), "\u00e9t\u00e9");
    assert_string_equal(field("b=%26%3D%2B%25", "b"), "&=+%");
    assert_string_equal(field("b=12345678", "b"), "12345678");
    const char *refused[] = {"",      "a=b",    "B=1",        "b=123456789", "b=%",
                             "b=%4",  "b=%zz",  "b=%00",      "b=a%0ab",     "b=%ff",
                             "b=%c3", "b=%7fa", "b=%ed%a0%80"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (field(refused[i], "b") != NULL) {
            fail_msg("'%s' was taken", refused[i]);
        }
    }
}

static bool same_site(const char *site, const char *origin)
{
    struct door_request request = {.site = site, .origin = origin, .host = "shop.example:8080"};
    struct store_visit visit = {.request = &request};
    return store_visit_same_site(&visit);
}

static void test_same_site(void **state)
{
    (void)state;
    assert_true(same_site(NULL, NULL));
    assert_true(same_site("same-origin", "https://elsewhere.example"));
    assert_true(same_site("none", NULL));
    assert_true(same_site(NULL, "http://shop.example:8080"));
    assert_true(same_site(NULL, "https://SHOP.example:8080"));
    assert_false(same_site("cross-site", NULL));
    assert_false(same_site("same-site", "http://shop.example:8080"));
    assert_false(same_site("", NULL));
    const char *others[] = {"null",
                            "",
                            "shop.example:8080",
                            "ftp://shop.example:8080",
                            "https://shop.example",
                            "https://shop.example:8080.evil.example",
                            "https://evil.example/shop.example:8080",
                            "https://"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (same_site(NULL, others[i])) {
            fail_msg("'%s' was let in", others[i]);
        }
    }
}

static void test_root(void **state)
{
    (void)state;
    static const struct {
        const char *root;
        const char *path;
        const char *expected;
    } cases[] = {
        {"", "/", "/"},
        {"", "/offers/jar", "/offers/jar"},
        {"/ecluse/store", "/ecluse/store", "/"},
        {"/ecluse/store", "/ecluse/store/", "/"},
        {"/ecluse/store", "/ecluse/store/offers/jar", "/offers/jar"},
        {"/ecluse/store", "/ecluse/queue", "/ecluse/queue"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct door_request request = {.path = cases[i].path};
        struct store rooted = {.shop = &shop, .root = cases[i].root};
        struct store_visit visit;
        store_visit_begin(&visit, &rooted, &request);
        assert_true(slice_is(visit.path, cases[i].expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_same_site),
        cmocka_unit_test(test_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
