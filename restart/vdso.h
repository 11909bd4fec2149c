/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vDSO of a ghost, and this kernel's. */
#ifndef RESTART_VDSO_H
#define RESTART_VDSO_H

/* Zone: free.  Where both are of the same build this kernel's is moved to where
 * the program had its own.  Else that one comes back as plain memory, whose type
 * is REGION_OLD_VDSO then, with its functions led to this kernel's (entries.h),
 * which stays somewhere else. */

#include "../ghost/image.h"
#include "plan.h"

/* Changes the regions of the image if its vDSO is another one, or to try that if
 * `pretend`.  Dies where it cannot be replaced. */
void vdso_compare(struct image *image, int pretend);

/* When the pages are in: rewrites the old one, where there is one.  0 or -errno. */
int vdso_lead(const struct image *image, const struct plan *plan);

#endif
