/* The table of refusals: status, type and sentence of every way in which a request can be
 * malformed.
 *
 * Each reason has its own type, so that whoever reads a problem (or a test) knows which rule spoke.
 * The sentences name the rule and what would be right; limits are printed from base/limits.h, so
 * that they cannot differ. */
#include "door/refusal.h"

#include "base/assert.h"
#include "base/limits.h"

#define TEXT_OF(number)  #number
#define DIGITS_OF(limit) TEXT_OF(limit)

static const struct http_refusal_answer answers[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = {200, "none", "Nothing is wrong."},
    [REFUSAL_BARE_CR] = {400, "bare-cr",
                         "A carriage return stands without its line feed; lines end with CR LF."},
    [REFUSAL_BARE_LF] = {400, "bare-lf",
                         "A line ends with a line feed alone; lines end with CR LF."},
    [REFUSAL_NUL_BYTE] = {400, "nul-byte", "The request's head holds a NUL byte."},
    [REFUSAL_CONTROL_BYTE] = {400, "control-byte", "The request's head holds a control character."},
    [REFUSAL_REQUEST_LINE] =
        {400, "request-line",
         "The first line must be METHOD SP TARGET SP HTTP/1.1, with single spaces."},
    [REFUSAL_METHOD] = {400, "method-invalid",
                        "The method must be a token of at most 32 characters."},
    [REFUSAL_CONNECT] = {501, "connect", "This server is no proxy for CONNECT."},
    [REFUSAL_TARGET] = {400, "target-invalid",
                        "The request target must be a path that starts with / or an http:// "
                        "address, percent-encoded."},
    [REFUSAL_TARGET_FRAGMENT] = {400, "target-fragment",
                                 "The request target must not hold a fragment (#)."},
    [REFUSAL_TARGET_ASTERISK] = {400, "target-asterisk", "The target * is for OPTIONS only."},
    [REFUSAL_TARGET_LONG] = {414, "target-long",
                             "The request target is longer than " DIGITS_OF(
                                 LIMIT_REQUEST_TARGET_BYTES) " bytes."},
    [REFUSAL_VERSION_FORM] = {400, "version-invalid",
                              "The first line must end with HTTP/1.1 or HTTP/1.0."},
    [REFUSAL_VERSION] = {505, "version-unsupported", "This server speaks HTTP/1.1 and HTTP/1.0."},
    [REFUSAL_HEAD_LARGE] = {431, "head-large",
                            "The request's head is longer than " DIGITS_OF(
                                LIMIT_REQUEST_HEAD_BYTES) " bytes."},
    [REFUSAL_HEADERS_MANY] = {431, "headers-many",
                              "The request has more than " DIGITS_OF(
                                  LIMIT_REQUEST_HEADERS) " header fields."},
    [REFUSAL_FOLDED] = {400, "folded-line",
                        "A header line starts with white space; folded lines are obsolete."},
    [REFUSAL_SPACE_BEFORE_COLON] = {400, "space-before-colon",
                                    "White space stands between a field's name and its colon."},
    [REFUSAL_FIELD_NAME] = {400, "field-name",
                            "A header line must be NAME: VALUE, the name a token."},
    [REFUSAL_HOST_MISSING] = {400, "host-missing", "An HTTP/1.1 request needs a Host field."},
    [REFUSAL_HOST_TWICE] = {400, "host-twice", "The request has more than one Host field."},
    [REFUSAL_HOST] = {400, "host-invalid",
                      "The host must be a name or an address, with an optional port."},
    [REFUSAL_HOST_DIFFERS] = {400, "host-differs",
                              "The Host field differs from the host in the request target."},
    [REFUSAL_LENGTH] =
        {400, "length-invalid",
         "Content-Length must be one decimal number without sign, space or leading zero."},
    [REFUSAL_LENGTH_TWICE] = {400, "length-twice", "The request has more than one Content-Length."},
    [REFUSAL_LENGTH_AND_CODING] = {400, "length-and-coding",
                                   "Content-Length and Transfer-Encoding exclude each other."},
    [REFUSAL_CODING] = {400, "coding-invalid", "Transfer-Encoding must be exactly: chunked."},
    [REFUSAL_CODING_UNKNOWN] = {501, "coding-unknown",
                                "No transfer coding but chunked is understood here."},
    [REFUSAL_CODING_OLD] = {400, "coding-in-1-0", "HTTP/1.0 has no Transfer-Encoding."},
    [REFUSAL_EXPECT] = {417, "expectation",
                        "The only expectation that is met here is 100-continue."},
    [REFUSAL_BODY_LARGE] = {413, "body-large",
                            "The request's body is larger than this server takes."},
    [REFUSAL_CHUNK_SIZE] = {400, "chunk-size",
                            "A chunk's size must be one to eight hexadecimal digits."},
    [REFUSAL_CHUNK_EXTENSION] = {400, "chunk-extension",
                                 "A chunk's extensions are malformed or too long."},
    [REFUSAL_CHUNK_END] = {400, "chunk-end", "A chunk's data must be followed by CR LF."},
    [REFUSAL_TRAILER] = {400, "trailer",
                         "The trailer is too long or holds a field that belongs into the head."},
    [REFUSAL_STATUS] = {400, "status-invalid",
                        "A reply's first line must be HTTP/1.1 SP STATUS, the status 100 to 599."},
    [REFUSAL_SLOW] = {408, "slow-request", "The request did not arrive in time."},
    [REFUSAL_CROWDED] = {503, "connections-full",
                         "All connections are taken; try again in a moment."},
    [REFUSAL_SHARE] = {429, "connections-share",
                       "Your address or its network has too many connections open; close some, or "
                       "try again in a moment."},
    [REFUSAL_MEMORY] = {503, "memory-full",
                        "No memory is left for this request; try again in a moment."},
};

const struct http_refusal_answer *http_refusal_answer(enum http_refusal refusal)
{
    ASSERT(refusal < REFUSAL_COUNT);
    return &answers[refusal];
}
