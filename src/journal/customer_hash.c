/* The secret -> HMAC of the text in small letters -> its first eight bytes. */
#include "journal/customer_hash.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "journal/digest.h"

#include <sqlite3.h>

bool customer_key_read(struct sqlite3 *db, struct customer_key *key)
{
    static const char sql[] = "SELECT bytes FROM secrets WHERE name = 'customer'";
    sqlite3_stmt *statement = NULL;
    *key = (struct customer_key){.known = false};
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return false;
    }
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == CUSTOMER_KEY_BYTES) {
        memcpy(key->bytes, sqlite3_column_blob(statement, 0), CUSTOMER_KEY_BYTES);
        key->known = true;
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

int64_t customer_hash(const struct customer_key *key, struct slice text)
{
    char small[LIMIT_EMAIL_BYTES];
    unsigned char digest[DIGEST_BYTES];
    text = slice_trim(text);
    if (!key->known || text.length == 0 || text.length > sizeof small) {
        return 0;
    }
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    digest_hmac((struct slice){(const char *)key->bytes, CUSTOMER_KEY_BYTES},
                (struct slice){small, text.length}, digest);
    int64_t hash = bytes_get_i64(digest);
    return hash != 0 ? hash : 1;
}
