/* The waiting room's rules on arbitrary requests: the first byte says the preset, what happens to
 * staff's pages and the method, the rest is path and query.
 *
 * Only a plain path passes, and nothing becomes laxer when its letters are escaped, made capitals,
 * or when a slash is doubled. */
#include "base/assert.h"
#include "gate/rules.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { TARGET_MOST = 2048 };

static struct site_rule own[] = {
    {.path = "/private/*/b", .methods = SITE_METHODS_ALL, .class = SITE_CHECKOUT},
    {.path = "/private/**", .methods = SITE_METHODS_ALL, .class = SITE_ASSETS},
    {.query = "vip=yes", .methods = SITE_GET, .class = SITE_CHECKOUT},
};

static enum rules_way way_of(const struct rules *rules, struct slice path, struct slice query,
                             uint32_t method)
{
    struct rules_verdict verdict;
    const struct rules_request request = {.path = path, .query = query, .method = method};
    rules_decide(rules, &request, &verdict);
    if (verdict.way == RULES_PASS) {
        struct path_reading reading;
        path_read(&reading, path);
        ASSERT(reading.oddity == PATH_PLAIN);
    }
    return verdict.way;
}

/* The path otherwise: 0 escaped, 1 in capitals, 2 with its slashes doubled. */
static size_t respell(int how, struct slice path, char *to)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = 0;
    for (size_t i = 0; i < path.length; i++) {
        char c = path.data[i];
        bool letter = c >= 'a' && c <= 'z';
        if (how == 0 && letter) {
            to[length++] = '%';
            to[length++] = digits[(unsigned char)c / 16];
            c = digits[(unsigned char)c % 16];
        } else if (how == 1 && letter) {
            c = (char)(c - 'a' + 'A');
        } else if (how == 2 && c == '/') {
            to[length++] = '/';
        }
        to[length++] = c;
    }
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static char other[3 * TARGET_MOST];
    struct slice query;
    if (length < 2 || length > TARGET_MOST || bytes[1] != '/')
        return 0;
    const struct site site = {.rules = {sizeof own / sizeof own[0], own},
                              .admin_elsewhere = (enum site_admin_else)(bytes[0] >> 2 & 1)};
    const struct rules rules = {&site, preset_of((enum site_preset)(bytes[0] % SITE_PRESETS))};
    uint32_t method = 1u << (bytes[0] >> 3 & 7);
    struct slice target = {(const char *)bytes + 1, length - 1};
    struct slice path = slice_cut(target, '?', &query);
    bool escaped = memchr(path.data, '%', path.length) != NULL;
    enum rules_way way = way_of(&rules, path, query, method);
    for (int how = 0; how < 3; how++) {
        /* Capitals in an escape are another spelling of it; what else is escaped twice is not. */
        if (escaped && how == 0)
            continue;
        struct slice respelled = {other, respell(how, path, other)};
        ASSERT(way_of(&rules, respelled, query, method) >= way);
    }
    (void)rules_is_product(&rules, path);
    return 0;
}
