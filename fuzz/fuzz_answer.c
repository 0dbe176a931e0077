/* The crowd's reader of answers on arbitrary bytes: the first says where they are split.
 *
 * Whatever the bytes, it takes no more than it is given, keeps its limits, ends where a reader that
 * got all at once ends, and takes nothing more once it has ended. Bodies go on to the reader of the
 * queue's status. */
#include "base/assert.h"
#include "base/limits.h"
#include "crowd/cookies.h"
#include "crowd/poll.h"
#include "crowd/reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void cookie_keep(void *context, struct slice cookie)
{
    char **cookies = context;
    *cookies = crowd_cookies_set(*cookies, cookie);
    ASSERT(*cookies == NULL || strlen(*cookies) <= LIMIT_CROWD_COOKIE_BYTES);
}

static enum crowd_read read_all(struct crowd_reader *reader, char **cookies, const char *bytes,
                                size_t length, size_t piece)
{
    enum crowd_read read = CROWD_READ_MORE;
    size_t used;
    crowd_reader_init(reader);
    reader->cookie = cookie_keep;
    reader->context = cookies;
    crowd_reader_next(reader, true);
    for (size_t at = 0; at < length && read == CROWD_READ_MORE; at += used) {
        size_t given = length - at < piece ? length - at : piece;
        read = crowd_reader_feed(reader, bytes + at, given, &used);
        ASSERT(used <= given);
        ASSERT(read != CROWD_READ_MORE || used == given);
        ASSERT(reader->body.length <= LIMIT_CROWD_KEPT_BYTES && !reader->body.overflow);
    }
    if (read != CROWD_READ_MORE) {
        ASSERT(crowd_reader_feed(reader, "x", 1, &used) == read);
        ASSERT(used == 0);
    }
    return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct crowd_reader whole;
    struct crowd_reader pieces;
    struct crowd_poll poll;
    char *cookies[2] = {NULL, NULL};
    if (length == 0) {
        return 0;
    }
    const char *answer = (const char *)bytes + 1;
    enum crowd_read read = read_all(&whole, &cookies[0], answer, length - 1, length);
    ASSERT(read == read_all(&pieces, &cookies[1], answer, length - 1, (size_t)bytes[0] + 1));
    ASSERT(whole.status == pieces.status);
    ASSERT(slice_equal(text_slice(&whole.body), text_slice(&pieces.body)));
    ASSERT((cookies[0] == NULL) == (cookies[1] == NULL));
    ASSERT(cookies[0] == NULL || strcmp(cookies[0], cookies[1]) == 0);
    (void)crowd_poll_read(text_slice(&whole.body), &poll);
    crowd_reader_free(&whole);
    crowd_reader_free(&pieces);
    free(cookies[0]);
    free(cookies[1]);
    return 0;
}
