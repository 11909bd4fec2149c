/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What waits in the unix sockets of the program. */
#ifndef SHIM_SOCKETS_H
#define SHIM_SOCKETS_H

/* Zone: signal, in the scribe. */

#include "descriptors.h"

/* For struct seen: whether the program has this socket, open or on its way. */
int sockets_holds(const struct seen *seen, uint64_t socket);

/* Records every message that waits, and adds the descriptors in them to the list.  To
 * be called when the list is there and before its entries are captured.  0 or -errno. */
int sockets_capture(struct descriptors *descriptors);

#endif
