/* The demo uses the program as its users do: `ecluse init` and `ecluse serve` are run as processes
 * of their own. */
#include "commands/demo_stage.h"

#include "base/assert.h"
#include "commands/demo_shop.h"
#include "commands/shop_open.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static enum status folder_make(struct demo_stage *stage, struct fault *fault)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] == '\0' || strlen(base) > STAGE_PATH_BYTES - 64) {
        base = "/tmp";
    }
    (void)snprintf(stage->folder, sizeof stage->folder, "%s/ecluse-demo-XXXXXX", base);
    if (mkdtemp(stage->folder) == NULL) {
        stage->folder[0] = '\0';
        return fault_set(fault, STATUS_IO,
                         "cannot make a folder in %s; is there room and permission?", base);
    }
    (void)snprintf(stage->database, sizeof stage->database, "%s/shop.db", stage->folder);
    (void)snprintf(stage->shop_file, sizeof stage->shop_file, "%s/shop.yaml", stage->folder);
    (void)snprintf(stage->log, sizeof stage->log, "%s/log", stage->folder);
    return STATUS_OK;
}

/* `ecluse init` as a child; its words go to the log. */
static enum status database_make(const struct demo_stage *stage, const char *now,
                                 struct fault *fault)
{
    int status = -1;
    pid_t process = fork();
    if (process == 0) {
        int log = open(stage->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
            _exit(127);
        }
        (void)execl("/proc/self/exe", "ecluse", "init", "--now", now, "--", stage->database,
                    stage->shop_file, (char *)NULL);
        _exit(127);
    }
    if (process < 0 || waitpid(process, &status, 0) != process || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        return fault_set(fault, STATUS_UNAVAILABLE,
                         "the example shop cannot be made; see %s (kept)", stage->log);
    }
    return STATUS_OK;
}

static enum status shop_take(struct call *call, struct demo_stage *stage, struct fault *fault)
{
    enum status status = shop_file_read(call, stage->shop_file, NULL, NULL, &stage->shop, fault);
    if (status != STATUS_OK) {
        return status;
    }
    if (stage->shop->moment_count == 0 || stage->shop->gate.moment_offers.count == 0) {
        return fault_set(fault, STATUS_INVALID, "the example shop has no moment with offers");
    }
    stage->moment = &stage->shop->moments[0];
    return STATUS_OK;
}

enum status stage_open(struct call *call, uint16_t port, struct demo_stage *stage,
                       struct fault *fault)
{
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    char now_text[32];
    *stage = (struct demo_stage){.shop = NULL};
    int64_t now = call->env->now(call->env);
    (void)instant_write(&utc, now_text, now);
    enum status status = folder_make(stage, fault);
    if (status == STATUS_OK) {
        status = demo_shop_write(stage->folder, zone_day(&utc, now), fault);
    }
    if (status == STATUS_OK) {
        status = shop_take(call, stage, fault);
    }
    if (status == STATUS_OK) {
        status = database_make(stage, now_text, fault);
    }
    if (status == STATUS_OK) {
        status =
            demo_server_start(&stage->server, call->env, stage->database, port, stage->log, fault);
    }
    return status;
}

static int64_t basket_weight(const struct moment *moment, struct offer_id offer)
{
    for (uint32_t i = 0; i < moment->basket_count; i++) {
        if (moment->baskets[i].offer.index == offer.index) {
            return moment->baskets[i].mean_units_thousandths;
        }
    }
    return 0;
}

void stage_offers(const struct demo_stage *stage, struct crowd_options *options)
{
    const struct offer_list *list = &stage->shop->gate.moment_offers;
    ASSERT(list->count > 0);
    for (uint32_t i = 0; i < list->count && options->offer_count < CROWD_OFFERS_MAX; i++) {
        struct crowd_offer *offer = &options->offers[options->offer_count++];
        int64_t weight = basket_weight(stage->moment, list->offers[i]);
        (void)snprintf(offer->name, sizeof offer->name, "%s",
                       stage->shop->offers[list->offers[i].index].name);
        offer->weight = weight > 0 ? weight : 1;
    }
}

/* Removes the files in a folder; folders in it stay. */
static void files_remove(const char *folder)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    char path[STAGE_PATH_BYTES + 300];
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (entry->d_type != DT_DIR) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            (void)unlink(path);
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
}

bool stage_close(struct demo_stage *stage, bool keep)
{
    bool ended_well = demo_server_stop(&stage->server);
    if (stage->shop != NULL) {
        shop_free(stage->shop);
        stage->shop = NULL;
    }
    if (!keep && stage->folder[0] != '\0') {
        char pictures[STAGE_PATH_BYTES + 16];
        (void)snprintf(pictures, sizeof pictures, "%s/pictures", stage->folder);
        files_remove(pictures);
        files_remove(stage->folder);
        (void)rmdir(pictures);
        (void)rmdir(stage->folder);
    }
    return ended_well;
}
