/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the records of a ghost go together: what every later step relies on. */
#ifndef GHOST_IMAGE_SENSE_H
#define GHOST_IMAGE_SENSE_H

#include "image.h"

/* What may have its reason in a record of a kind that only a newer krgghost knows. */
#define IMAGE_DESCRIPTORS "impossible descriptors"

/* NULL, or what cannot be.  Sorts the regions, too. */
const char *image_nonsense(struct image *image);

#endif
