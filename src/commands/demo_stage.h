/* The demo's stage: its temporary folder, its shop, its server; made at the beginning, taken down
 * at the end. */
#ifndef ECLUSE_COMMANDS_DEMO_STAGE_H
#define ECLUSE_COMMANDS_DEMO_STAGE_H

#include "commands/command.h"
#include "commands/demo_crowd.h"
#include "commands/demo_server.h"

enum { STAGE_PATH_BYTES = 512 };

struct demo_stage {
    char folder[STAGE_PATH_BYTES];
    char database[STAGE_PATH_BYTES + 16];
    char shop_file[STAGE_PATH_BYTES + 16];
    char log[STAGE_PATH_BYTES + 16];
    struct shop *shop;
    const struct moment *moment;
    struct demo_server server;
};

/* Folder, shop file with its dates moved to today, database, server. What was made before a fault
 * is taken down by stage_close. */
enum status stage_open(struct call *call, uint16_t port, struct demo_stage *stage,
                       struct fault *fault) MUST_USE;
/* The offers of the moment with their shares in its baskets. The first is the star. */
void stage_offers(const struct demo_stage *stage, struct crowd_options *options);
/* Stops the server and removes the folder, unless `keep`. False if the server did not end well. */
bool stage_close(struct demo_stage *stage, bool keep);

#endif
