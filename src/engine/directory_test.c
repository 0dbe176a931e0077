/* Who is who: SipHash against its authors' vector, addresses normalized, details told apart, a
 * hundred thousand people found again. */
#include "engine/directory.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void entropy(struct env *env, void *bytes, size_t length)
{
    (void)env;
    memset(bytes, 7, length);
}

static void test_siphash(void **state)
{
    const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    unsigned char bytes[15];
    (void)state;
    for (unsigned char i = 0; i < sizeof bytes; i++) {
        bytes[i] = i;
    }
    assert_true(directory_siphash(key, bytes, sizeof bytes) == UINT64_C(0xa129ca6149be45e5));
    assert_true(directory_siphash(key, bytes, 0) == UINT64_C(0x726fdb47dd0e0e31));
}

static struct directory_hash hash_of(const struct directory *directory, const char *email,
                                     const char *name)
{
    struct slice fields[PERSON_FIELDS] = {{NULL, 0}};
    fields[PERSON_EMAIL] = slice_of(email);
    fields[PERSON_NAME] = slice_of(name);
    return directory_hash(directory, fields);
}

static void test_hash(void **state)
{
    struct env env = {.entropy = entropy};
    struct directory directory;
    (void)state;
    assert_int_equal(directory_init(&directory, &env), STATUS_OK);
    struct directory_hash a = hash_of(&directory, "Anne@Example.ORG", "Anne");
    struct directory_hash b = hash_of(&directory, "\t anne@example.org ", "Anne");
    assert_true(a.address == b.address);
    assert_true(a.has_address);
    assert_true(hash_of(&directory, "bob@example.org", "Anne").address != a.address);
    assert_true(hash_of(&directory, "Anne@Example.ORG", "Anne B").details != a.details);
    assert_true(hash_of(&directory, "Anne@Example.ORGA", "nne").details != a.details);
    assert_false(hash_of(&directory, "  ", "Anne").has_address);
    directory_free(&directory);
}

/* However long the fields are: what one loses at its end and the next gains is another person. */
static void test_fields_stay_apart(void **state)
{
    static const char text[] = "0123456789abcdefghijklmnopqrstuv";
    struct env env = {.entropy = entropy};
    struct directory directory;
    uint64_t seen[33];
    (void)state;
    assert_int_equal(directory_init(&directory, &env), STATUS_OK);
    for (size_t cut = 0; cut <= 32; cut++) {
        struct slice fields[PERSON_FIELDS] = {{NULL, 0}};
        fields[PERSON_STREET] = (struct slice){text, cut};
        fields[PERSON_STREET + 1] = (struct slice){text + cut, 32 - cut};
        seen[cut] = directory_hash(&directory, fields).details;
        for (size_t i = 0; i < cut; i++) {
            assert_true(seen[i] != seen[cut]);
        }
        /* A zero at the end is a byte, not what fills up a word. */
        char more[40] = {0};
        memcpy(more, text, cut);
        fields[PERSON_STREET] = (struct slice){more, cut + 1};
        assert_true(directory_hash(&directory, fields).details != seen[cut]);
    }
    directory_free(&directory);
}

static void test_many(void **state)
{
    struct env env = {.entropy = entropy};
    struct directory directory;
    (void)state;
    assert_int_equal(directory_init(&directory, &env), STATUS_OK);
    for (uint32_t i = 1; i <= 100000; i++) {
        /* Every low bit equal: the worst table that hashes could make, for the first thousand. */
        struct directory_hash hash = {.address = i <= 1000 ? (uint64_t)i << 40 : random_mix(i),
                                      .has_address = true};
        struct journal_contact contact = {.number = i, .customer = {i}};
        assert_int_equal(directory_put(&directory, &hash, &contact), STATUS_OK);
        contact.number = i + 1000000;
        assert_int_equal(directory_put(&directory, &hash, &contact), STATUS_OK);
    }
    assert_int_equal(directory.count, 100000);
    for (uint32_t i = 1; i <= 100000; i++) {
        const struct directory_entry *entry =
            directory_find(&directory, i <= 1000 ? (uint64_t)i << 40 : random_mix(i));
        assert_non_null(entry);
        assert_int_equal(entry->customer.value, i);
        assert_int_equal(entry->contact, i + 1000000);
    }
    assert_null(directory_find(&directory, 3));
    assert_int_equal(directory_clear(&directory, 300), STATUS_OK);
    assert_null(directory_find(&directory, random_mix(5000)));
    directory_free(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_siphash), cmocka_unit_test(test_hash),
                                       cmocka_unit_test(test_fields_stay_apart),
                                       cmocka_unit_test(test_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
