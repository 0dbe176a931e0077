/* Each rule is asked twice: exactly, and folded. Of those that match exactly the first counts; of
 * those that match only folded the strictest, if it is stricter. */
#include "gate/rules.h"

#include "base/assert.h"
#include "gate/parameters.h"
#include "gate/pattern.h"

/* A request as the rules are asked about it. */
struct asked {
    const struct rules *rules;
    const struct rules_request *request;
    struct slice path;   /* decoded */
    struct slice folded; /* the same, folded */
    struct rules_verdict *verdict;
    uint64_t first; /* of the parameters' names (parameters_first) */
    bool found;     /* a rule matched exactly */
    bool naming;    /* it names a parameter */
};

static enum rules_way way_of(const struct asked *asked, enum site_class class)
{
    switch (class) {
    case SITE_CHECKOUT:
        return RULES_QUEUE_CLOSED;
    case SITE_ASSETS:
    case SITE_CALLBACKS:
        return RULES_PASS;
    case SITE_ADMIN:
        return asked->rules->site->admin_elsewhere == SITE_ADMIN_DENIED ? RULES_REFUSE
                                                                        : RULES_QUEUE;
    case SITE_CRON:
        return asked->request->local ? RULES_PASS : RULES_QUEUE;
    case SITE_BROWSING:
    case SITE_CLASSES:
        break;
    }
    return RULES_QUEUE;
}

static bool is_tree(struct slice pattern)
{
    return pattern.length > 2 && pattern.data[pattern.length - 1] == '*' &&
           pattern.data[pattern.length - 2] == '/';
}

/* A slash at its end counts for nothing, as in a request. */
static struct slice pattern_of(const struct site_rule *rule)
{
    struct slice pattern = slice_of(rule->path);
    if (pattern.length > 1 && pattern.data[pattern.length - 1] == '/') {
        pattern.length--;
    }
    return pattern;
}

/* "/checkout/" and a star is also /checkout, but where that would let pass. */
static bool path_matches(const struct asked *asked, const struct site_rule *rule)
{
    if (rule->path == NULL) {
        return true;
    }
    struct slice pattern = pattern_of(rule);
    if (pattern_matches(pattern, asked->path)) {
        return true;
    }
    bool passes = way_of(asked, rule->class) == RULES_PASS;
    pattern.length -= is_tree(pattern) ? 2 : 0;
    return !passes && is_tree(pattern_of(rule)) && pattern_matches(pattern, asked->path);
}

static bool path_matches_folded(struct slice folded, const struct site_rule *rule)
{
    if (rule->path == NULL) {
        return true;
    }
    struct slice pattern = pattern_of(rule);
    if (pattern_matches_folded(pattern, folded)) {
        return true;
    }
    pattern.length -= is_tree(pattern) ? 2 : 0;
    return is_tree(pattern_of(rule)) && pattern_matches_folded(pattern, folded);
}

static bool matches(const struct asked *asked, const struct site_rule *rule)
{
    struct slice query = asked->request->query;
    return path_matches(asked, rule) &&
           (rule->query == NULL || parameters_have(query, slice_of(rule->query)));
}

static bool matches_folded(const struct asked *asked, const struct site_rule *rule)
{
    struct slice query = asked->request->query;
    return path_matches_folded(asked->folded, rule) &&
           (rule->query == NULL || parameters_may_have(query, slice_of(rule->query)));
}

static void take(struct asked *asked, const struct site_rule *rule, enum rules_source source,
                 uint32_t number)
{
    *asked->verdict = (struct rules_verdict){.way = way_of(asked, rule->class),
                                             .class = rule->class,
                                             .source = source,
                                             .rule = rule,
                                             .number = number};
}

/* Told at a glance: most rules are of another part of the site, or of parameters that are not
 * there. What differs folded differs exactly, too. */
static bool is_of_another_kind(const struct asked *asked, const struct site_rule *rule)
{
    if (rule->query != NULL && parameters_lack(asked->first, slice_of(rule->query))) {
        return true;
    }
    char first = rule->path == NULL ? '\0' : pattern_fold_byte(rule->path[1]);
    return first != '\0' && (asked->folded.length < 2 || asked->folded.data[1] != first);
}

static void rule_ask(struct asked *asked, const struct site_rule *rule, enum rules_source source,
                     uint32_t number)
{
    enum rules_way way = way_of(asked, rule->class);
    bool stricter = way > asked->verdict->way;
    if (!(rule->methods & asked->request->method) || (asked->found && !stricter) ||
        is_of_another_kind(asked, rule)) {
        return;
    }
    bool exact = matches(asked, rule);
    if (exact && !asked->found) {
        asked->found = true;
        asked->naming = rule->query != NULL;
        if (way >= asked->verdict->way) {
            take(asked, rule, source, number);
        }
        return;
    }
    bool names = rule->query != NULL && !asked->naming;
    if (stricter && (exact ? names : matches_folded(asked, rule))) {
        take(asked, rule, source, number);
    }
}

/* Nothing matched exactly. */
static void default_take(struct asked *asked)
{
    bool reads = (asked->request->method & (SITE_GET | SITE_HEAD | SITE_OPTIONS)) != 0;
    enum site_class class = reads ? SITE_BROWSING : SITE_CHECKOUT;
    enum rules_way way = way_of(asked, class);
    if (way >= asked->verdict->way) {
        *asked->verdict =
            (struct rules_verdict){.way = way, .class = class, .source = RULES_OF_DEFAULT};
    }
}

static void rules_ask(struct asked *asked)
{
    const struct site_rule_list *own = &asked->rules->site->rules;
    const struct preset *preset = asked->rules->preset;
    for (uint32_t i = 0; i < own->count; i++) {
        rule_ask(asked, &own->rules[i], RULES_OF_SHOP, i + 1);
    }
    for (uint32_t i = 0; preset != NULL && i < preset->rule_count; i++) {
        rule_ask(asked, &preset->rules[i], RULES_OF_PRESET, i + 1);
    }
    if (!asked->found) {
        default_take(asked);
    }
}

/* ---- what is written oddly ---- */

/* Does the rule match from any slash on, whatever follows? */
static bool matches_somewhere(const struct site_rule *rule, struct slice folded)
{
    char below[LIMIT_RULE_BYTES + 2];
    struct slice pattern = pattern_of(rule);
    ASSERT(pattern.length <= LIMIT_RULE_BYTES);
    memcpy(below, pattern.data, pattern.length);
    below[pattern.length] = '/';
    below[pattern.length + 1] = '*';
    struct slice tree = {below, pattern.length + 2};
    for (size_t i = 0; i < folded.length; i++) {
        struct slice rest = slice_from(folded, i);
        bool begins = folded.data[i] == '/';
        if (begins && (path_matches_folded(rest, rule) || pattern_matches_folded(tree, rest))) {
            return true;
        }
    }
    return false;
}

static bool denies_any(const struct site_rule *rules, uint32_t count, struct slice folded)
{
    for (uint32_t i = 0; i < count; i++) {
        if (rules[i].class == SITE_ADMIN && rules[i].path != NULL &&
            matches_somewhere(&rules[i], folded)) {
            return true;
        }
    }
    return false;
}

/* May an odd path be one that only staff may ask for? */
static bool may_be_denied(const struct rules *rules, struct slice path)
{
    char bytes[PATH_READING_BYTES];
    const struct preset *preset = rules->preset;
    for (int resolve = 0; resolve < 2; resolve++) {
        size_t length = path_read_widely(path, resolve == 1, bytes);
        struct slice folded = {bytes, length};
        if (denies_any(rules->site->rules.rules, rules->site->rules.count, folded) ||
            (preset != NULL && denies_any(preset->rules, preset->rule_count, folded))) {
            return true;
        }
    }
    return false;
}

static void odd_take(const struct rules *rules, const struct rules_request *request,
                     enum path_oddity oddity, struct rules_verdict *verdict)
{
    bool denied =
        rules->site->admin_elsewhere == SITE_ADMIN_DENIED && may_be_denied(rules, request->path);
    *verdict = (struct rules_verdict){.way = denied ? RULES_REFUSE : RULES_QUEUE_CLOSED,
                                      .class = denied ? SITE_ADMIN : SITE_CHECKOUT,
                                      .source = RULES_OF_ODDITY,
                                      .oddity = oddity};
}

/* ---- the question ---- */

bool rules_lists(const struct site *site, uint64_t high, uint64_t low)
{
    for (uint32_t i = 0; i < site->admin_from.count; i++) {
        const struct site_network *network = &site->admin_from.networks[i];
        int32_t bits = network->bits;
        uint64_t mask_high = bits == 0 ? 0 : UINT64_MAX << (bits < 64 ? 64 - bits : 0);
        uint64_t mask_low = bits <= 64 ? 0 : UINT64_MAX << (128 - bits);
        if (((high ^ network->high) & mask_high) == 0 && ((low ^ network->low) & mask_low) == 0) {
            return true;
        }
    }
    return false;
}

void rules_decide(const struct rules *rules, const struct rules_request *request,
                  struct rules_verdict *verdict)
{
    struct path_reading reading;
    char folded[PATH_READING_BYTES];
    *verdict = (struct rules_verdict){.way = RULES_PASS, .class = SITE_BROWSING};
    if (rules_lists(rules->site, request->high, request->low)) {
        verdict->source = RULES_OF_ADDRESS;
        return;
    }
    path_read(&reading, request->path);
    if (reading.oddity != PATH_PLAIN || request->disguised) {
        odd_take(rules, request, reading.oddity, verdict);
        return;
    }
    struct slice path = {reading.bytes, reading.length};
    struct asked asked = {.rules = rules,
                          .request = request,
                          .path = path,
                          .verdict = verdict,
                          .first = parameters_first(request->query)};
    size_t length = pattern_fold(path, folded);
    while (length > 1 && folded[length - 1] == '/') {
        length--;
    }
    asked.folded = (struct slice){folded, length};
    rules_ask(&asked);
}

bool rules_is_product(const struct rules *rules, struct slice path)
{
    struct path_reading reading;
    const struct path_list *own = &rules->site->inject.pages;
    const char *const *patterns = own->paths;
    uint32_t count = own->count;
    if (count == 0 && rules->preset != NULL) {
        patterns = rules->preset->products;
        count = rules->preset->product_count;
    }
    if (count == 0) {
        return false;
    }
    path_read(&reading, path);
    struct slice read = {reading.bytes, reading.length};
    for (uint32_t i = 0; reading.oddity == PATH_PLAIN && i < count; i++) {
        if (pattern_matches(slice_of(patterns[i]), read)) {
            return true;
        }
    }
    return false;
}
