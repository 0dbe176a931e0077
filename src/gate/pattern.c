/* One walk with two places to come back to: behind the last `*`, and behind the last `**`.
 *
 * Each stretch of plain characters is taken as early as it fits: what stands behind it then has the
 * most room, so that an earlier star never needs another try, but for a `*` that would have to
 * cross a slash, where the last `**` moves on. */
#include "gate/pattern.h"

#include "base/assert.h"

struct resume {
    size_t pattern, path;
    bool set;
};

struct walk {
    struct slice pattern;
    struct slice path;
    bool folded;
    size_t p, t;
    struct resume one, any; /* behind a `*`, behind a `**` */
};

char pattern_fold_byte(char c)
{
    bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/';
    return kept ? c : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : '\0';
}

size_t pattern_fold(struct slice text, char *to)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = pattern_fold_byte(text.data[i]);
        if (c != '\0') {
            to[length++] = c;
        }
    }
    return length;
}

/* The pattern's next character as it counts; 0: its end. */
static char pattern_next(struct walk *walk)
{
    while (walk->p < walk->pattern.length) {
        char c = walk->pattern.data[walk->p];
        if (!walk->folded || c == '*') {
            return c;
        }
        c = pattern_fold_byte(c);
        if (c != '\0') {
            return c;
        }
        walk->p++;
    }
    return '\0';
}

static void star_take(struct walk *walk)
{
    bool any = walk->p + 1 < walk->pattern.length && walk->pattern.data[walk->p + 1] == '*';
    walk->p += any ? 2 : 1;
    struct resume *resume = any ? &walk->any : &walk->one;
    *resume = (struct resume){walk->p, walk->t, true};
    if (any) {
        walk->one.set = false;
    }
}

/* Everything below: the pattern's last star, behind a slash. */
static bool is_subtree(const struct walk *walk)
{
    return walk->p + 1 == walk->pattern.length && walk->p > 0 &&
           walk->pattern.data[walk->p - 1] == '/';
}

/* Behind a star, to the next place where the pattern's next character stands; `within`: not across
 * a slash. */
static bool resume(struct walk *walk, struct resume *from, bool within)
{
    struct slice path = walk->path;
    size_t at = from->path;
    walk->p = from->pattern;
    char wanted = pattern_next(walk);
    do {
        if (at == path.length || (within && path.data[at] == '/')) {
            return false;
        }
        at++;
    } while (wanted != '*' && wanted != '\0' && at < path.length && path.data[at] != wanted);
    from->path = at;
    walk->t = at;
    return true;
}

static bool go_back(struct walk *walk)
{
    if (walk->one.set && resume(walk, &walk->one, true)) {
        return true;
    }
    walk->one.set = false;
    return walk->any.set && resume(walk, &walk->any, false);
}

/* Most patterns are told from most paths by the first letter; a star there may be anything. */
static bool begins_otherwise(const struct walk *walk)
{
    if (walk->pattern.length < 2 || walk->path.length < 2 || walk->pattern.data[1] == '*') {
        return false;
    }
    char wanted = walk->pattern.data[1];
    wanted = walk->folded ? pattern_fold_byte(wanted) : wanted;
    return wanted != '\0' && wanted != walk->path.data[1];
}

static bool walk_matches(struct walk *walk)
{
    if (begins_otherwise(walk)) {
        return false;
    }
    for (;;) {
        char c = pattern_next(walk);
        bool ended = walk->t == walk->path.length;
        if (c == '*' && is_subtree(walk)) {
            return !ended;
        }
        if (c == '*') {
            star_take(walk);
        } else if (c == '\0' && ended) {
            return true;
        } else if (!ended && c != '\0' && c == walk->path.data[walk->t]) {
            walk->p++;
            walk->t++;
        } else if (!go_back(walk)) {
            return false;
        }
    }
}

bool pattern_matches(struct slice pattern, struct slice path)
{
    struct walk walk = {.pattern = pattern, .path = path};
    return walk_matches(&walk);
}

bool pattern_matches_folded(struct slice pattern, struct slice folded)
{
    struct walk walk = {.pattern = pattern, .path = folded, .folded = true};
    return walk_matches(&walk);
}
