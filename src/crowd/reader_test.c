/* Answers split at every byte, and what is no answer. */
#include "base/limits.h"
#include "base/random.h"
#include "crowd/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct kept {
    struct text cookies;
};

static void cookie_keep(void *context, struct slice cookie)
{
    struct kept *kept = context;
    text_append_slice(&kept->cookies, cookie);
    text_append_char(&kept->cookies, '|');
}

static void begin(struct crowd_reader *reader, struct kept *kept)
{
    crowd_reader_init(reader);
    text_init(&kept->cookies, 10000);
    reader->cookie = cookie_keep;
    reader->context = kept;
    crowd_reader_next(reader, true);
}

static void end(struct crowd_reader *reader, struct kept *kept)
{
    crowd_reader_free(reader);
    text_free(&kept->cookies);
}

/* Each piece in memory of its own size, so that a sanitizer sees a read past its end. */
static enum crowd_read feed(struct crowd_reader *reader, const char *bytes, size_t length,
                            size_t *used)
{
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    enum crowd_read read = crowd_reader_feed(reader, copy, length, used);
    free(copy);
    return read;
}

static const char waiting_answer[] =
    "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    "HTTP/1.1 200 OK\r\nEcluse-State: Waiting\r\nSet-Cookie: ecluse_ticket=AbC==; HttpOnly; "
    "Path=/\r\n"
    "set-cookie:lang=fr\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nhello";

static void check_waiting(const struct crowd_reader *reader, const struct kept *kept)
{
    assert_int_equal(reader->status, 200);
    assert_int_equal(reader->door, CROWD_DOOR_WAITING);
    assert_int_equal(reader->retry_after_seconds, 7);
    assert_false(reader->closes);
    assert_string_equal(kept->cookies.bytes, "ecluse_ticket=AbC==|lang=fr|");
    assert_string_equal(reader->body.bytes, "hello");
}

static void split_at_every_byte(void **state)
{
    size_t length = sizeof waiting_answer - 1;
    (void)state;
    for (size_t cut = 0; cut <= length; cut++) {
        struct crowd_reader reader;
        struct kept kept;
        size_t used;
        begin(&reader, &kept);
        enum crowd_read read = feed(&reader, waiting_answer, cut, &used);
        assert_int_equal(used, cut);
        assert_int_equal(read, cut == length ? CROWD_READ_COMPLETE : CROWD_READ_MORE);
        assert_int_equal(feed(&reader, waiting_answer + cut, length - cut, &used),
                         CROWD_READ_COMPLETE);
        check_waiting(&reader, &kept);
        end(&reader, &kept);
    }
}

static void chunks_byte_by_byte(void **state)
{
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nEcluse-State: inside\r\n\r\n"
        "4;x=y\r\nwiki\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
    struct crowd_reader reader;
    struct kept kept;
    size_t used;
    (void)state;
    begin(&reader, &kept);
    for (size_t i = 0; i + 1 < sizeof answer; i++) {
        enum crowd_read read = feed(&reader, answer + i, 1, &used);
        assert_int_equal(used, 1);
        assert_int_equal(read, i + 2 == sizeof answer ? CROWD_READ_COMPLETE : CROWD_READ_MORE);
    }
    assert_string_equal(reader.body.bytes, "wiki0123456789");
    assert_int_equal(reader.door, CROWD_DOOR_INSIDE);
    end(&reader, &kept);
}

static void what_follows_is_left(void **state)
{
    static const char two[] = "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 OK\r\n";
    struct crowd_reader reader;
    struct kept kept;
    size_t used;
    (void)state;
    begin(&reader, &kept);
    assert_int_equal(feed(&reader, two, sizeof two - 1, &used), CROWD_READ_COMPLETE);
    assert_int_equal(used, sizeof "HTTP/1.1 204 No\r\n\r\n" - 1);
    end(&reader, &kept);
}

static void a_body_until_the_close(void **state)
{
    static const char answer[] = "HTTP/1.0 200 OK\nX: y\n\nall of it";
    struct crowd_reader reader;
    struct kept kept;
    size_t used;
    (void)state;
    begin(&reader, &kept);
    assert_int_equal(feed(&reader, answer, sizeof answer - 1, &used), CROWD_READ_MORE);
    assert_int_equal(crowd_reader_closed(&reader), CROWD_READ_COMPLETE);
    assert_true(reader.closes);
    assert_string_equal(reader.body.bytes, "all of it");
    crowd_reader_next(&reader, true);
    assert_int_equal(feed(&reader, answer, 10, &used), CROWD_READ_MORE);
    assert_int_equal(crowd_reader_closed(&reader), CROWD_READ_REFUSED);
    end(&reader, &kept);
}

static void connections(void **state)
{
    static const struct {
        const char *head;
        bool closes;
    } heads[] = {
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n", true},
        {"HTTP/1.1 200 OK\r\nConnection: foo, Close\r\n", true},
        {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", false},
        {"HTTP/1.0 200 OK\r\n", true},
        {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct crowd_reader reader;
        struct kept kept;
        size_t used;
        begin(&reader, &kept);
        assert_int_equal(feed(&reader, heads[i].head, strlen(heads[i].head), &used),
                         CROWD_READ_MORE);
        assert_int_equal(feed(&reader, "Content-Length: 0\r\n\r\n", 21, &used),
                         CROWD_READ_COMPLETE);
        assert_int_equal(reader.closes, heads[i].closes);
        end(&reader, &kept);
    }
}

static void refused(void **state)
{
    static const char *const answers[] = {
        "HTTP/2 200 OK\r\n",
        "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1 101 Switching\r\n",
        "\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct crowd_reader reader;
        struct kept kept;
        size_t used;
        begin(&reader, &kept);
        assert_int_equal(feed(&reader, answers[i], strlen(answers[i]), &used), CROWD_READ_REFUSED);
        assert_int_equal(feed(&reader, "more", 4, &used), CROWD_READ_REFUSED);
        assert_int_equal(used, 0);
        end(&reader, &kept);
    }
}

/* Lines, heads of many lines, streams of 1xx: all end. */
static void endless_heads_are_refused(void **state)
{
    static const char *const lines[] = {"x", "X: y\r\n", "HTTP/1.1 100 Go on\r\n\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct crowd_reader reader;
        struct kept kept;
        size_t used;
        uint32_t fed = 0;
        begin(&reader, &kept);
        if (i < 2) {
            assert_int_equal(feed(&reader, "HTTP/1.1 200 OK\r\n", 17, &used), CROWD_READ_MORE);
        }
        while (feed(&reader, lines[i], strlen(lines[i]), &used) == CROWD_READ_MORE) {
            fed += (uint32_t)used;
            assert_true(fed <= LIMIT_CROWD_HEAD_BYTES);
        }
        end(&reader, &kept);
    }
}

/* A body is counted whole and kept in part. */
static void large_bodies_are_not_kept(void **state)
{
    static char block[1000];
    struct crowd_reader reader;
    struct kept kept;
    size_t used;
    (void)state;
    memset(block, 'b', sizeof block);
    begin(&reader, &kept);
    assert_int_equal(feed(&reader, "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", 42, &used),
                     CROWD_READ_MORE);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(feed(&reader, block, sizeof block, &used),
                         i == 9 ? CROWD_READ_COMPLETE : CROWD_READ_MORE);
    }
    assert_int_equal(reader.body.length, LIMIT_CROWD_KEPT_BYTES);
    assert_false(reader.body.overflow);
    end(&reader, &kept);
}

/* Whatever the bytes: it ends, and says the same whatever the split. */
static void garbage_is_read_the_same_in_pieces(void **state)
{
    static const char alphabet[] = "HTTP/1.1 200\r\n:;ae05CK-\0\xff";
    struct random random;
    (void)state;
    random_seed(&random, 17);
    for (int round = 0; round < 3000; round++) {
        char bytes[300];
        struct crowd_reader whole;
        struct crowd_reader pieces;
        struct kept kept[2];
        size_t used;
        size_t length = random_below(&random, sizeof bytes);
        size_t fixed = random_below(&random, sizeof waiting_answer - 1);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = i < fixed && random_below(&random, 40) > 0
                           ? waiting_answer[i]
                           : alphabet[random_below(&random, sizeof alphabet - 1)];
        }
        begin(&whole, &kept[0]);
        begin(&pieces, &kept[1]);
        enum crowd_read read = feed(&whole, bytes, length, &used);
        enum crowd_read last = CROWD_READ_MORE;
        size_t at = 0;
        while (at < length && last == CROWD_READ_MORE) {
            size_t piece = 1 + random_below(&random, length - at);
            last = feed(&pieces, bytes + at, piece, &used);
            at += used;
        }
        assert_int_equal(last, read);
        assert_int_equal(whole.status, pieces.status);
        assert_string_equal(text_slice(&kept[0].cookies).data, text_slice(&kept[1].cookies).data);
        end(&whole, &kept[0]);
        end(&pieces, &kept[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_at_every_byte),
        cmocka_unit_test(chunks_byte_by_byte),
        cmocka_unit_test(what_follows_is_left),
        cmocka_unit_test(a_body_until_the_close),
        cmocka_unit_test(connections),
        cmocka_unit_test(refused),
        cmocka_unit_test(endless_heads_are_refused),
        cmocka_unit_test(large_bodies_are_not_kept),
        cmocka_unit_test(garbage_is_read_the_same_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
