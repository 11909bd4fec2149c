/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ctrl-C and its like, taken when it suits, so that nothing is left behind. */
#ifndef TOOLS_INTERRUPT_H
#define TOOLS_INTERRUPT_H

/* Zone: free.  One thread. */

/* From now on the signals that would end this program wait.  Returns a
 * descriptor that is readable while one does, or -errno. */
int interrupt_watch(void);

/* Takes the signal that waits; its number, or 0. */
int interrupt_take(int fd);

/* Ends this program as that signal would have done, so that a shell sees it. */
void __attribute__((noreturn)) interrupt_end(int number);

#endif
