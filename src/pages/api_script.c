/* GET promise.js: the script that puts dates into pages of the shop behind us (web/promise.js).
 *
 * From memory, compressed once, with an ETag. It keeps for a short while only: its address never
 * changes, because it stands in other people's templates. Any page may load it, also one that
 * checks its integrity (CORS): it holds nothing of the shop's. */
#include "pages/api.h"
#include "pages/cache.h"
#include "pages/web_file.h"

#include "base/assert.h"

enum { SCRIPT_CACHE_BYTES = 256 * 1024 };

#define SCRIPT_LASTING                                                                             \
    "Cache-Control: public, max-age=600\r\nVary: Accept-Encoding\r\n"                              \
    "X-Content-Type-Options: nosniff\r\n" API_ANY_ORIGIN

struct cache *api_script_open(struct env *env)
{
    uint64_t seed;
    env->entropy(env, &seed, sizeof seed);
    return cache_open(SCRIPT_CACHE_BYTES, seed);
}

void api_script_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    static const struct slice name = SLICE("promise.js");
    (void)parameter;
    struct cache_entry *entry = cache_find(pages->script, name);
    if (entry == NULL) {
        const struct web_file *file = web_file_find(name);
        ASSERT(file != NULL);
        entry = cache_put(pages->script,
                          &(struct cache_page){.key = name,
                                               .status = 200,
                                               .body = file->bytes,
                                               .lasting = SLICE(SCRIPT_LASTING),
                                               .describing = SLICE("Content-Type: text/javascript; "
                                                                   "charset=utf-8\r\n")});
    }
    if (entry == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
    } else {
        cache_reply(pages->script, entry, request, (struct slice){NULL, 0});
    }
}
