/* Negotiation by hand (no list is built: one pass keeps a quality for each coding), compression by
 * zlib and brotli.
 *
 * Levels: gzip 6 and brotli 5 take under a millisecond for a page and are done once per change of
 * it, on the first request that wants them. Higher ones save a few percent and would hold the
 * door's thread for several milliseconds. */
#include "pages/encoding.h"

#include <brotli/encode.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

enum { GZIP_LEVEL = 6, GZIP_WINDOW = 15 + 16, BROTLI_LEVEL = 5, COMPRESS_BYTES_MIN = 256 };

static const char *const names[ENCODINGS] = {"", "gzip", "br"};

const char *encoding_name(enum encoding encoding)
{
    return names[encoding];
}

/* "0.5" as 500; "1", "1.000" as 1000; -1 if it is no qvalue. */
static int quality_read(struct slice text)
{
    if (text.length == 0 || text.length > 5 || (text.data[0] != '0' && text.data[0] != '1') ||
        (text.length > 1 && text.data[1] != '.')) {
        return -1;
    }
    int value = (text.data[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 2; i < text.length; i++, unit /= 10) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        value += (text.data[i] - '0') * unit;
    }
    return value <= 1000 ? value : -1;
}

int encoding_quality(struct slice parameters)
{
    struct slice rest = parameters;
    while (rest.length > 0) {
        struct slice parameter = slice_trim(slice_cut(rest, ';', &rest));
        if (parameter.length >= 2 && (parameter.data[0] | 0x20) == 'q' &&
            parameter.data[1] == '=') {
            int quality =
                quality_read(slice_trim((struct slice){parameter.data + 2, parameter.length - 2}));
            return quality < 0 ? 0 : quality;
        }
    }
    return 1000;
}

static bool same_word(struct slice a, const char *word)
{
    return a.length == strlen(word) && strncasecmp(a.data, word, a.length) == 0;
}

enum encoding encoding_choose(struct slice accept_encoding)
{
    int quality[ENCODINGS] = {-1, -1, -1};
    int other = -1;
    struct slice rest = accept_encoding;
    while (rest.length > 0) {
        struct slice parameters;
        struct slice coding = slice_trim(slice_cut(slice_cut(rest, ',', &rest), ';', &parameters));
        int value = encoding_quality(parameters);
        if (same_word(coding, "br")) {
            quality[ENCODING_BROTLI] = value;
        } else if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) {
            quality[ENCODING_GZIP] = value;
        } else if (same_word(coding, "identity")) {
            quality[ENCODING_PLAIN] = value;
        } else if (same_word(coding, "*")) {
            other = value;
        }
    }
    enum encoding best = ENCODING_PLAIN;
    /* Plain needs no mention to be allowed, and yields to any coding that is. */
    int best_quality = quality[ENCODING_PLAIN] > 0 ? quality[ENCODING_PLAIN] : 0;
    for (enum encoding e = ENCODING_GZIP; e < ENCODINGS; e++) {
        int value = quality[e] >= 0 ? quality[e] : other;
        if (value > 0 && value >= best_quality) {
            best = e;
            best_quality = value;
        }
    }
    return best;
}

static bool compress_gzip(struct slice plain, char *bytes, size_t room, size_t *length)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return false;
    }
    stream.next_in = (Bytef *)(uintptr_t)plain.data;
    stream.avail_in = (uInt)plain.length;
    stream.next_out = (Bytef *)bytes;
    stream.avail_out = (uInt)room;
    int result = deflate(&stream, Z_FINISH);
    *length = stream.total_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END;
}

static bool compress_brotli(struct slice plain, char *bytes, size_t room, size_t *length)
{
    *length = room;
    return BrotliEncoderCompress(BROTLI_LEVEL, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT,
                                 plain.length, (const uint8_t *)plain.data, length,
                                 (uint8_t *)bytes) == BROTLI_TRUE;
}

bool encoding_compress(enum encoding encoding, struct slice plain, char **bytes, size_t *length)
{
    if (encoding == ENCODING_PLAIN || plain.length < COMPRESS_BYTES_MIN ||
        plain.length > UINT32_MAX) {
        return false;
    }
    /* Room for one byte less than plain: what does not fit is not worth sending. */
    char *made = malloc(plain.length);
    if (made == NULL) {
        return false;
    }
    bool smaller = encoding == ENCODING_GZIP
                       ? compress_gzip(plain, made, plain.length - 1, length)
                       : compress_brotli(plain, made, plain.length - 1, length);
    char *tight = smaller ? realloc(made, *length) : NULL;
    if (tight == NULL) {
        free(made);
        return false;
    }
    *bytes = tight;
    return true;
}
