/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capturing what each epoll instance of the program waits for. */
#ifndef SHIM_REGISTRATIONS_H
#define SHIM_REGISTRATIONS_H

/* Zone: signal, in the scribe, when all descriptors have been captured. */

#include "descriptors.h"

/* 0 or -errno. */
int registrations_capture(struct descriptors *descriptors);

#endif
