/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every kind by its name; each is defined in the file of that name. */
#ifndef GHOST_KINDS_H
#define GHOST_KINDS_H

#include "../kind.h"

extern const struct kind kind_clock;
extern const struct kind kind_descriptor;
extern const struct kind kind_device;
extern const struct kind kind_directory;
extern const struct kind kind_epoll;
extern const struct kind kind_eventfd;
extern const struct kind kind_guard;
extern const struct kind kind_lock;
extern const struct kind kind_orphan;
extern const struct kind kind_orphan_file;
extern const struct kind kind_outside;
extern const struct kind kind_pidfd;
extern const struct kind kind_passed;
extern const struct kind kind_pipe;
extern const struct kind kind_pipe_end;
extern const struct kind kind_process;
extern const struct kind kind_region;
extern const struct kind kind_registration;
extern const struct kind kind_regular;
extern const struct kind kind_signalfd;
extern const struct kind kind_thread;
extern const struct kind kind_timerfd;
extern const struct kind kind_unix;
extern const struct kind kind_unix_message;

#endif
