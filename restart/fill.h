/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading the pages of a ghost into staged memory, with all CPUs. */
#ifndef RESTART_FILL_H
#define RESTART_FILL_H

struct stage;

/* Every chunk that is not mapped lazily.  0 or -errno and stage->error. */
int fill_pages(struct stage *stage);

#endif
