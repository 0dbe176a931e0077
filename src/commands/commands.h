/* The functions and manuals of all commands, for the table in main.c. Each stands in the file of
 * its name. */
#ifndef ECLUSE_COMMANDS_COMMANDS_H
#define ECLUSE_COMMANDS_COMMANDS_H

#include "commands/command.h"

int apply_run(struct call *call);
int atp_run(struct call *call);
int backup_run(struct call *call);
int board_run(struct call *call);
int cancel_run(struct call *call);
int cash_run(struct call *call);
int confirm_run(struct call *call);
int count_run(struct call *call);
int crowd_run(struct call *call);
int focus_run(struct call *call);
int gate_run(struct call *call);
int decide_run(struct call *call);
int decisions_run(struct call *call);
int deliver_run(struct call *call);
int demo_run(struct call *call);
int disrupt_run(struct call *call);
int done_run(struct call *call);
int extend_run(struct call *call);
int export_run(struct call *call);
int hooks_run(struct call *call);
int import_run(struct call *call);
int init_run(struct call *call);
int order_run(struct call *call);
int pay_run(struct call *call);
int purchases_run(struct call *call);
int quote_run(struct call *call);
int rehearse_run(struct call *call);
int request_command_run(struct call *call);
int requests_run(struct call *call);
int serve_run(struct call *call);
int setup_run(struct call *call);
int ship_run(struct call *call);
int slips_run(struct call *call);
int staff_run(struct call *call);
int start_run(struct call *call);
int times_run(struct call *call);
int verify_run(struct call *call);
int wish_run(struct call *call);
int wishes_run(struct call *call);
int withdraw_run(struct call *call);

extern const struct manual apply_manual;
extern const struct manual atp_manual;
extern const struct manual backup_manual;
extern const struct manual board_manual;
extern const struct manual cancel_manual;
extern const struct manual cash_manual;
extern const struct manual confirm_manual;
extern const struct manual count_manual;
extern const struct manual crowd_manual;
extern const struct manual focus_manual;
extern const struct manual gate_manual;
extern const struct manual decide_manual;
extern const struct manual decisions_manual;
extern const struct manual deliver_manual;
extern const struct manual demo_manual;
extern const struct manual disrupt_manual;
extern const struct manual done_manual;
extern const struct manual extend_manual;
extern const struct manual export_manual;
extern const struct manual hooks_manual;
extern const struct manual import_manual;
extern const struct manual init_manual;
extern const struct manual order_manual;
extern const struct manual pay_manual;
extern const struct manual purchases_manual;
extern const struct manual quote_manual;
extern const struct manual rehearse_manual;
extern const struct manual request_manual;
extern const struct manual requests_manual;
extern const struct manual serve_manual;
extern const struct manual setup_manual;
extern const struct manual ship_manual;
extern const struct manual slips_manual;
extern const struct manual staff_manual;
extern const struct manual start_manual;
extern const struct manual times_manual;
extern const struct manual verify_manual;
extern const struct manual wish_manual;
extern const struct manual wishes_manual;
extern const struct manual withdraw_manual;

#endif
