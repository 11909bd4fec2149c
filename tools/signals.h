/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which signal asks for a checkpoint, as people write it. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

/* Zone: free. */

/* The number meant by "USR2", "SIGUSR2", "12", "RTMIN+1" or "RTMAX-1", or
 * -EINVAL where there is no such signal, -EPERM where a program cannot spare it:
 * it cannot be caught, libc has it, or a fault of the program raises it. */
int signals_number(const char *text);

#define SIGNALS_NAME 16

/* "SIGUSR2", "SIGRTMIN+1"; returns `buffer`. */
const char *signals_name(int number, char buffer[SIGNALS_NAME]);

#endif
