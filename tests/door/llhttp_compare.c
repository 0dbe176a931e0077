/* Generated requests through our parser and through llhttp (fuzz/http_compare.h), for machines
 * without libFuzzer.
 *
 * Each request starts as a good one and gets up to four mutations: bytes that matter in HTTP put
 * in, taken out or changed, lines doubled, moved or taken from another request. The generator is
 * seeded: run N of seed S is always the same, and a failure names it. Too few accepted requests
 * would make the comparison empty, so that is a failure too.
 *
 * usage: llhttp_compare [COUNT [SEED]] */
#include "base/assert.h"
#include "base/random.h"
#include "fuzz/http_compare.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REQUEST_BYTES_MAX = 4096, COUNT_USUAL = 200000, SKIPPED = 77 };

struct draft {
    char bytes[REQUEST_BYTES_MAX];
    size_t length;
};

static const struct slice seeds[] = {
    SLICE("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    SLICE("\r\nGET /a/b?c=d HTTP/1.1\r\nHost: shop.example:80\r\nAccept: */*\r\n\r\nGET /2"),
    SLICE("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
    SLICE("POST /x HTTP/1.1\r\nContent-Length: 11\r\nHost: a\r\n\r\nhello world"),
    SLICE("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    SLICE("POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: "
          "chunked\r\n\r\n1;a=b;c=d;e\r\nx\r\nA\r\n0123456789\r\n0;e\r\nT: u\r\n\r\nGET"),
    SLICE("DELETE http://a/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    SLICE("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
    SLICE("HEAD /?q=[1]|{2}^`\\ HTTP/1.1\r\nHost: [::1]:8080\r\nX:\r\nY: \t z \t\r\n\r\n"),
    SLICE("PATCH / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"),
    SLICE("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"),
    SLICE("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nabc"),
    SLICE("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: "
          "2\r\n\r\nabc"),
    SLICE("PROPFIND / HTTP/1.1\r\nHost: a\r\nX: caf\xc3\xa9 \xff\r\n\r\n"),
    SLICE("NEW-METHOD / HTTP/1.1\r\nHost: a\r\n\r\n"),
};

static const struct slice pieces[] = {
    SLICE("\r\n"),
    SLICE("\r"),
    SLICE("\n"),
    SLICE(" "),
    SLICE("\t"),
    SLICE("\0"),
    SLICE("\x0b"),
    SLICE(":"),
    SLICE(","),
    SLICE(";"),
    SLICE("="),
    SLICE("\""),
    SLICE("#"),
    SLICE("?"),
    SLICE("/"),
    SLICE("\\"),
    SLICE("0"),
    SLICE("1"),
    SLICE("5"),
    SLICE("f"),
    SLICE("+"),
    SLICE("-"),
    SLICE("\x7f"),
    SLICE("\x80"),
    SLICE("%41"),
    SLICE("HTTP/1.1"),
    SLICE("GET "),
    SLICE("\r\n "),
    SLICE("0\r\n\r\n"),
    SLICE("Content-Length: 5\r\n"),
    SLICE("Content-Length: 0\r\n"),
    SLICE("Transfer-Encoding: chunked\r\n"),
    SLICE("Transfer-Encoding: identity\r\n"),
    SLICE("Host: b\r\n"),
    SLICE("Connection: close\r\n"),
    SLICE("Connection: Upgrade\r\nUpgrade: x\r\n"),
    SLICE("Expect: x\r\n"),
    SLICE(" chunked"),
    SLICE("chunked, "),
    SLICE("X-Y: z\r\n"),
    SLICE("; x=y"),
    SLICE("00"),
    SLICE("10000000000000000"),
    SLICE("http://a"),
};

static uint64_t run_now; /* for the message of a failed assertion */
static uint64_t seed_now;

/* Replaces `cut` bytes at `at` by `piece`, as far as there is room. */
static void splice(struct draft *draft, size_t at, size_t cut, struct slice piece)
{
    static char rest[REQUEST_BYTES_MAX];
    ASSERT(at + cut <= draft->length);
    size_t rest_length = draft->length - at - cut;
    if (at + piece.length + rest_length > sizeof draft->bytes) {
        return;
    }
    memcpy(rest, draft->bytes + at + cut, rest_length);
    memcpy(draft->bytes + at, piece.data, piece.length);
    memcpy(draft->bytes + at + piece.length, rest, rest_length);
    draft->length = at + piece.length + rest_length;
}

static size_t place(struct random *random, const struct draft *draft)
{
    return (size_t)random_below(random, draft->length + 1);
}

/* A line of `from`, with its end. */
static struct slice line_of(struct random *random, struct slice from)
{
    size_t start = (size_t)random_below(random, from.length);
    while (start > 0 && from.data[start - 1] != '\n') {
        start--;
    }
    size_t end = start;
    while (end < from.length && from.data[end] != '\n') {
        end++;
    }
    end += end < from.length ? 1 : 0;
    return (struct slice){from.data + start, end - start};
}

static size_t line_start(struct random *random, const struct draft *draft)
{
    size_t at = place(random, draft);
    while (at > 0 && draft->bytes[at - 1] != '\n') {
        at--;
    }
    return at;
}

static void mutate(struct random *random, struct draft *draft)
{
    size_t at = place(random, draft);
    size_t left = draft->length - at;
    size_t few = (size_t)random_below(random, 4);
    few = few < left ? few : left;
    struct slice piece = pieces[random_below(random, sizeof pieces / sizeof pieces[0])];
    struct slice other = seeds[random_below(random, sizeof seeds / sizeof seeds[0])];
    switch (random_below(random, 6)) {
    case 0:
        splice(draft, at, 0, piece);
        break;
    case 1:
        splice(draft, at, few, SLICE(""));
        break;
    case 2:
        splice(draft, at, few, piece);
        break;
    case 3:
        if (at < draft->length) {
            draft->bytes[at] = (char)random_below(random, 256);
        }
        break;
    case 4:
        splice(draft, line_start(random, draft), 0, line_of(random, other));
        break;
    default:
        splice(draft, line_start(random, draft), 0, piece);
        break;
    }
}

static void run_make(struct draft *draft, uint64_t seed, uint64_t run)
{
    struct random random;
    random_seed(&random, random_mix(seed) + run);
    struct slice start = seeds[random_below(&random, sizeof seeds / sizeof seeds[0])];
    memcpy(draft->bytes, start.data, start.length);
    draft->length = start.length;
    for (uint64_t count = random_below(&random, 5); count > 0; count--) {
        mutate(&random, draft);
    }
}

static void on_abort(int number)
{
    char text[160];
    static struct draft draft;
    run_make(&draft, seed_now, run_now);
    int length = snprintf(text, sizeof text, "\nrun %llu of seed %llu:\n",
                          (unsigned long long)run_now, (unsigned long long)seed_now);
    (void)!write(STDERR_FILENO, text, (size_t)length);
    (void)!write(STDERR_FILENO, draft.bytes, draft.length);
    (void)raise(number);
}

int main(int count, char **arguments)
{
#ifndef ECLUSE_LLHTTP
    (void)puts("skipped: llhttp's sources (package node-llhttp) are not here");
    return SKIPPED;
#endif
    static struct draft draft;
    uint64_t runs = count > 1 ? strtoull(arguments[1], NULL, 10) : COUNT_USUAL;
    uint64_t accepted = 0;
    seed_now = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    struct sigaction action = {.sa_handler = on_abort, .sa_flags = (int)SA_RESETHAND};
    (void)sigaction(SIGABRT, &action, NULL);
    for (run_now = 0; run_now < runs; run_now++) {
        run_make(&draft, seed_now, run_now);
        accepted += http_compare((struct slice){draft.bytes, draft.length}) ? 1 : 0;
    }
    (void)printf("%llu requests of seed %llu, %llu accepted, all read alike\n",
                 (unsigned long long)runs, (unsigned long long)seed_now,
                 (unsigned long long)accepted);
    return accepted * 5 > runs ? 0 : 1;
}
