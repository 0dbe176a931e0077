/* What is embedded: every file is found by its name, every template parses beside the others, every
 * message is found. */
#include "pages/web_file.h"

#include "report/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_files(void **state)
{
    (void)state;
    assert_true(web_file_count > 10);
    for (size_t i = 0; i < web_file_count; i++) {
        const struct web_file *file = &web_files[i];
        assert_ptr_equal(web_file_find(slice_of(file->name)), file);
        assert_int_equal(file->bytes.data[file->bytes.length], '\0');
        assert_int_equal(strlen(file->digest), 16);
    }
    assert_null(web_file_find(SLICE("store/nobody.html")));
    assert_null(web_file_find(SLICE("store/")));
    assert_null(web_file_find(SLICE("")));
}

static void test_templates(void **state)
{
    (void)state;
    struct template_source sources[64];
    size_t count = 0;
    for (size_t i = 0; i < web_file_count; i++) {
        struct slice name = slice_of(web_files[i].name);
        if (name.length > 11 && memcmp(name.data + name.length - 5, ".html", 5) == 0) {
            sources[count++] =
                (struct template_source){{name.data + 6, name.length - 11}, web_files[i].bytes};
        }
    }
    struct template_set *set = NULL;
    struct fault fault = {STATUS_OK, ""};
    enum status status = template_set_open(sources, count, &set, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(status, STATUS_OK);
    template_set_close(set);
}

static void test_messages(void **state)
{
    (void)state;
    assert_true(web_catalog.count > 50);
    for (size_t i = 0; i < web_catalog.count; i++) {
        const struct translate_entry *entry = &web_catalog.entries[i];
        for (int language = 0; language < TRANSLATE_LANGUAGES; language++) {
            assert_ptr_equal(translate_find(&web_catalog, language, slice_of(entry->key)),
                             entry->text[language]);
        }
    }
}

/* The one style sheet stays small enough to come with the first packets. */
static void test_style_size(void **state)
{
    (void)state;
    assert_true(web_file_find(SLICE("store/store.css"))->bytes.length < 14 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_style_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
