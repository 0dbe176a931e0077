/* ecluse init: a database from a shop file, with the pictures beside it. */
#include "commands/commands.h"
#include "commands/pictures.h"
#include "commands/shop_open.h"
#include "commands/shop_write.h"
#include "commands/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const examples[] = {
    "ecluse init shop.db shop.yaml",
    "ecluse init shop.db shop.yaml --now 2026-11-23T08:00 --json",
    NULL,
};

const struct manual init_manual = {
    .operands_min = 2,
    .operands_max = 2,
    .takes_now = true,
    .text = "Reads the shop file whole, makes the database with its opening figures, and loads the "
            "pictures in\n"
            "the folder pictures/ beside the file: OFFER.svg, .png, .jpg or .webp, up to 1 MB "
            "each. The\n"
            "database opens at --now, else at the file's `opened`, else now. A database that is "
            "there is\n"
            "never overwritten.\n"
            "Exit codes: 0 done, 2 bad file or SHOP.db is there, 3 fault.",
    .examples = examples,
};

static enum status opened_at(const struct call *call, const struct shop *shop, int64_t *now,
                             struct fault *fault)
{
    bool given;
    enum status status = shop_now_read(call, &shop->zone, now, &given, fault);
    if (status == STATUS_OK && !given && shop->has_opened) {
        *now = shop->opened;
    }
    return status;
}

static enum status folder_beside(const char *file, char *to, size_t size, struct fault *fault)
{
    const char *slash = strrchr(file, '/');
    int length = slash != NULL ? snprintf(to, size, "%.*s/pictures", (int)(slash - file), file)
                               : snprintf(to, size, "pictures");
    if (length < 0 || (size_t)length >= size) {
        return fault_set(fault, STATUS_INVALID, "%s: the path is too long; name it shortly", file);
    }
    return STATUS_OK;
}

/* The pictures come in as the database opens: a clock that is past that moment (`opened`) would
 * move the journal's end, and with it the first time that a command may give. */
static enum status pictures_into(const struct call *call, const char *database, const char *file,
                                 int64_t opened, struct pictures_report *report,
                                 struct fault *fault)
{
    char folder[4096];
    struct shop_write write;
    *report = (struct pictures_report){.loaded = 0};
    enum status status = folder_beside(file, folder, sizeof folder, fault);
    if (status != STATUS_OK || access(folder, R_OK) != 0) {
        return status;
    }
    status = shop_write_open(call, database, &write, fault);
    if (status == STATUS_OK) {
        write.now = opened;
        status = pictures_load(&write, engine_shop(write.engine), folder, report, fault);
        shop_write_close(&write);
    }
    return status;
}

static void answer_write(struct call *call, const struct shop *shop, int64_t opened,
                         const struct pictures_report *pictures)
{
    const char *database = call->operands[0];
    char at[32];
    (void)instant_write(&shop->zone, at, opened);
    if (call->json) {
        text_append_string(&call->out, "{\"database\":\"");
        text_append_json(&call->out, slice_of(database));
        text_append_string(&call->out, "\",\"shop\":\"");
        text_append_json(&call->out, slice_of(shop->name));
        text_append_format(&call->out,
                           "\",\"opened\":\"%s\",\"offers\":%u,\"items\":%u,\"pictures\":%u}\n", at,
                           shop->offer_count, shop->item_count, pictures->loaded);
        return;
    }
    char offers[SHOW_BYTES];
    char items[SHOW_BYTES];
    char images[SHOW_BYTES];
    text_append_format(&call->out, "%s %s: %s, %s, %s, %s\n", database,
                       call_say(call, "is made", "est créée"), shop->name,
                       show_count(call->language, offers, shop->offer_count, "offer", "offre"),
                       show_count(call->language, items, shop->item_count, "item", "article"),
                       show_count(call->language, images, pictures->loaded, "picture", "image"));
    text_append_format(&call->out, "%s: ecluse serve %s\n", call_say(call, "Next", "Ensuite"),
                       database);
}

static int database_make(struct call *call, const struct shop *shop, struct slice text)
{
    struct fault fault;
    struct pictures_report pictures;
    int64_t opened;
    const char *database = call->operands[0];
    const char *file = call->operands[1];
    if (opened_at(call, shop, &opened, &fault) != STATUS_OK ||
        engine_create(database, call->env, text, file, opened, &fault) != STATUS_OK ||
        pictures_into(call, database, file, opened, &pictures, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    if (pictures.left_out > 0) {
        (void)call_error(EXIT_DONE, "%u pictures are left out; the first: %s", pictures.left_out,
                         pictures.first_left_out);
    }
    answer_write(call, shop, opened, &pictures);
    return EXIT_DONE;
}

int init_run(struct call *call)
{
    struct fault fault;
    struct shop *shop;
    char *text = NULL;
    size_t length = 0;
    const char *database = call->operands[0];
    size_t name_length = strlen(database);
    if (name_length < 4 || strcmp(database + name_length - 3, ".db") != 0) {
        return call_error(EXIT_USAGE, "%s: the name of a database ends in .db, as shop.db",
                          database);
    }
    if (shop_file_read(call, call->operands[1], &text, &length, &shop, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = database_make(call, shop, (struct slice){text, length});
    shop_free(shop);
    free(text);
    return code;
}
