/* A new file begins with a head; one that is there goes on, behind its last whole line. */
#include "commands/serve_watch.h"

#include "env/line_mend.h"

#include <stdio.h>

enum status serve_watch_open(const struct call *call, const char *database,
                             struct serve_watch *watch, struct fault *fault)
{
    const char *named = call_value(call, "watch-file");
    *watch = (struct serve_watch){.wanted = call_flag(call, "watch")};
    if (named != NULL && !watch->wanted) {
        return fault_set(fault, STATUS_INVALID,
                         "--watch-file %s: say --watch too; without it visitors are held", named);
    }
    if (watch->wanted && call_value(call, "upstream") == NULL) {
        return fault_set(fault, STATUS_INVALID,
                         "--watch: name the shop to watch too: --upstream URL");
    }
    if (!watch->wanted) {
        return STATUS_OK;
    }
    int length = named != NULL
                     ? snprintf(watch->path, sizeof watch->path, "%s", named)
                     : snprintf(watch->path, sizeof watch->path, "%s.watch.csv", database);
    if (length < 0 || (size_t)length >= sizeof watch->path) {
        return fault_set(fault, STATUS_INVALID, "--watch-file: the path is too long");
    }
    watch->record.path = watch->path;
    enum status status = line_mend(watch->path, &watch->record.bytes, fault);
    if (status == STATUS_OK) {
        status = line_file_open(watch->path, &watch->record.file, fault);
    }
    if (status == STATUS_OK && watch->record.bytes == 0) {
        struct slice head = slice_of(waiting_watch_head);
        line_file_append(watch->record.file, head);
        watch->record.bytes = head.length;
    }
    return status;
}

void serve_watch_close(struct serve_watch *watch)
{
    line_file_close(watch->record.file);
    watch->record.file = NULL;
}

/* ---- what was seen ---- */

static long long number(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static const char *at(const json_t *watch, const char *key)
{
    const char *text = json_string_value(json_object_get(watch, key));
    return text != NULL ? text : "";
}

static void classes_tell(struct call *call, const json_t *watch)
{
    const json_t *requests = json_object_get(watch, "requests");
    const char *between = "  ";
    for (enum site_class class = 0; class < SITE_CLASSES; class ++) {
        text_append_format(&call->out, "%s%s %lld", between, site_class_name(class),
                           number(requests, site_class_name(class)));
        between = ", ";
    }
    text_append_char(&call->out, '\n');
}

static void waits_tell(struct call *call, const json_t *watch)
{
    long long wait = number(watch, "longest_wait_seconds");
    if (number(watch, "would_wait") + number(watch, "turned_away") == 0) {
        text_append_string(&call->out, call_say(call, "Nobody would have waited.\n",
                                                "Personne n’aurait attendu.\n"));
        return;
    }
    text_append_format(&call->out,
                       call_say(call,
                                "%lld visitors would have waited, %lld min %02lld s at most; %lld "
                                "in line at most (%s).\n",
                                "%lld visiteurs auraient attendu, %lld min %02lld s au plus ; %lld "
                                "dans la file au plus (%s).\n"),
                       number(watch, "would_wait"), wait / 60, wait % 60,
                       number(watch, "longest_line"), at(watch, "longest_line_at"));
    text_append_format(&call->out,
                       call_say(call,
                                "Of all requests, %lld would have come later or not at all; %lld "
                                "of them are programs', told to come back (503).\n",
                                "De toutes les requêtes, %lld seraient venues plus tard ou pas du "
                                "tout, dont %lld de programmes, priés de revenir (503).\n"),
                       number(watch, "held_requests"), number(watch, "turned_away"));
}

static void over_tell(struct call *call, const json_t *watch)
{
    if (number(watch, "minutes_over") > 0) {
        text_append_format(
            &call->out,
            call_say(call,
                     "In %lld of %lld minutes more came than the shop bears (%lld visitors a "
                     "minute), %lld more at most (%s).\n",
                     "Dans %lld minutes sur %lld, il en est venu plus que la boutique n’en "
                     "supporte (%lld visiteurs par minute), %lld de trop au plus (%s).\n"),
            number(watch, "minutes_over"), number(watch, "minutes"),
            number(watch, "visitors_a_minute"), number(watch, "most_over"),
            at(watch, "most_over_at"));
    }
    if (number(watch, "limited") > 0) {
        text_append_format(&call->out,
                           call_say(call, "%lld requests were over a rate limit.\n",
                                    "%lld requêtes dépassaient une limite de fréquence.\n"),
                           number(watch, "limited"));
    }
}

void serve_watch_tell(struct call *call, const json_t *watch)
{
    long long seconds = number(watch, "seconds");
    text_append_format(
        &call->out,
        call_say(call,
                 "Watched for %lld h %02lld min, nobody held: %lld requests, %lld visitors.\n",
                 "Observé pendant %lld h %02lld min, sans retenir personne : %lld requêtes, %lld "
                 "visiteurs.\n"),
        seconds / 3600, seconds % 3600 / 60, number(json_object_get(watch, "requests"), "all"),
        number(watch, "visitors"));
    classes_tell(call, watch);
    waits_tell(call, watch);
    over_tell(call, watch);
    text_append_format(&call->out,
                       call_say(call, "Recorded in %s: ecluse crowd URL --surge %s\n",
                                "Enregistré dans %s : ecluse crowd URL --surge %s\n"),
                       at(watch, "file"), at(watch, "file"));
    if (json_is_true(json_object_get(watch, "full"))) {
        text_append_string(&call->out,
                           call_say(call, "The file is full; move it away and start again.\n",
                                    "Le fichier est plein ; déplacez-le et redémarrez.\n"));
    }
}
