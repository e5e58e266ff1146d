/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of `pagewalk`. Each takes the words behind its name and
 * returns an exit status.
 */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

int command_run(int count, char **words);
int command_trace(int count, char **words);

#endif
