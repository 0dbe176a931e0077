/* The template engine: what each tag writes, what is refused and where, and that nothing nests
 * without end. */
#include "report/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *find_message(const void *context, struct slice key)
{
    (void)context;
    if (slice_is(key, "hello")) {
        return "Hello & {name}!";
    }
    return slice_is(key, "broken") ? "an open {name" : NULL;
}

static const struct template_messages messages = {find_message, NULL};

/* Renders `source` (as template "t", beside a partial "p") with JSON `values`; the status of
 * whatever fails first. */
static enum status render(const char *source, const char *values, struct text *to,
                          struct fault *fault)
{
    struct template_source sources[] = {
        {SLICE("t"), slice_of(source)},
        {SLICE("p"), SLICE("<{{name}}>")},
        {SLICE("loop"), SLICE("x{{>loop}}")},
    };
    struct template_set *set = NULL;
    text_init(to, 4096);
    enum status status = template_set_open(sources, 3, &set, fault);
    if (status == STATUS_OK) {
        json_t *json = json_loads(values, JSON_DECODE_ANY, NULL);
        assert_non_null(json);
        status = template_render(set, "t", json, &messages, to, fault);
        json_decref(json);
        template_set_close(set);
    }
    return status;
}

static void expect(const char *source, const char *values, const char *expected)
{
    struct text to;
    struct fault fault = {STATUS_OK, ""};
    assert_int_equal(render(source, values, &to, &fault), STATUS_OK);
    assert_string_equal(to.bytes == NULL ? "" : to.bytes, expected);
    text_free(&to);
}

static void expect_fault(const char *source, const char *values, enum status status,
                         const char *sentence)
{
    struct text to;
    struct fault fault = {STATUS_OK, ""};
    assert_int_equal(render(source, values, &to, &fault), status);
    assert_string_equal(fault.text, sentence);
    text_free(&to);
}

static void test_values(void **state)
{
    (void)state;
    expect("a {{name}} b", "{\"name\":\"<&\\\"'>\"}", "a &lt;&amp;&quot;&#39;&gt; b");
    expect("{{{name}}}{{n}}", "{\"name\":\"<b>\",\"n\":-12}", "<b>-12");
    expect("{{ a.b.c }}", "{\"a\":{\"b\":{\"c\":\"x\"}}}", "x");
    expect("", "{}", "");
    expect("}} { }", "{}", "}} { }");
}

static void test_sections(void **state)
{
    (void)state;
    expect("{{#l}}{{.}},{{/l}}", "{\"l\":[1,2,3]}", "1,2,3,");
    expect("{{#l}}{{n}}{{m}} {{/l}}", "{\"m\":\"o\",\"l\":[{\"n\":1},{\"n\":2,\"m\":\"i\"}]}",
           "1o 2i ");
    expect("{{#o}}{{n}}{{/o}}{{n}}", "{\"n\":1,\"o\":{\"n\":2}}", "21");
    expect("{{#a}}{{#b}}{{.}}{{/b}};{{/a}}", "{\"a\":[{\"b\":[1,2]},{\"b\":[]},{\"b\":[3]}]}",
           "12;;3;");
    const char *nothings[] = {"{}", "{\"x\":false}", "{\"x\":null}", "{\"x\":[]}", "{\"x\":\"\"}"};
    for (size_t i = 0; i < 5; i++) {
        expect("{{#x}}yes{{/x}}{{^x}}no{{/x}}", nothings[i], "no");
    }
    const char *things[] = {"{\"x\":true}", "{\"x\":0}", "{\"x\":\"a\"}", "{\"x\":{}}",
                            "{\"x\":[0]}"};
    for (size_t i = 0; i < 5; i++) {
        expect("{{#x}}yes{{/x}}{{^x}}no{{/x}}", things[i], "yes");
    }
}

static void test_lines(void **state)
{
    (void)state;
    expect("a\n  {{#x}}  \nb\n{{/x}}\nc\n", "{\"x\":true}", "a\nb\nc\n");
    expect("{{! nothing\nat all }}\na", "{}", "a");
    expect("{{#x}}a{{/x}} b\n", "{\"x\":true}", "a b\n");
    expect("a {{! x }}\nb", "{}", "a \nb");
    expect("{{>p}}\r\nz", "{\"name\":1}", "<1>z");
}

static void test_messages(void **state)
{
    (void)state;
    expect("<{{_hello}}>", "{\"name\":\"<A>\"}", "<Hello &amp; &lt;A&gt;!>");
    expect_fault("\n{{_nobody}}", "{}", STATUS_INVALID, "t:2: no message 'nobody'");
    expect_fault("{{_hello}}", "{}", STATUS_INVALID, "t:1: no text or whole number is 'name'");
    expect_fault("{{_broken}}", "{}", STATUS_INVALID, "t:1: an open '{' in message 'broken'");
}

static void test_refusals(void **state)
{
    (void)state;
    expect_fault("a\nb {{name}}", "{}", STATUS_INVALID, "t:2: no text or whole number is 'name'");
    expect_fault("{{a}}", "{\"a\":[1]}", STATUS_INVALID, "t:1: no text or whole number is 'a'");
    expect_fault("{{a}}", "{\"a\":1.5}", STATUS_INVALID, "t:1: no text or whole number is 'a'");
    expect_fault("\n{{#a}}\n\n", "{}", STATUS_INVALID, "t:2: not closed: section 'a'");
    expect_fault("{{#a}}\n{{/b}}", "{}", STATUS_INVALID, "t:2: another section is open than 'b'");
    expect_fault("{{/b}}", "{}", STATUS_INVALID, "t:1: nothing is open that closes 'b'");
    expect_fault("x\n{{ab", "{}", STATUS_INVALID, "t:2: a tag is not closed: '{{'");
    expect_fault("{{}}", "{}", STATUS_INVALID, "t:1: not a name: ''");
    expect_fault("{{a b}}", "{}", STATUS_INVALID, "t:1: not a name: 'a b'");
    expect_fault("{{{a}}", "{}", STATUS_INVALID, "t:1: '}}}' must close 'a'");
    expect_fault("{{>nobody}}", "{}", STATUS_INVALID, "t:1: no template 'nobody'");
    expect_fault("{{>loop}}", "{}", STATUS_LIMIT, "loop: more than 32 sections in one another");
}

static void test_limit(void **state)
{
    (void)state;
    expect_fault("{{#l}}{{#l}}{{#l}}0123456789{{/l}}{{/l}}{{/l}}", "{\"l\":[1,2,3,4,5,6,7,8,9,10]}",
                 STATUS_LIMIT, "t: the page is over its limit of 4096 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),   cmocka_unit_test(test_sections),
        cmocka_unit_test(test_lines),    cmocka_unit_test(test_messages),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
