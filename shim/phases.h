/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a checkpoint did, phase by phase, as a line in the log. */
#ifndef SHIM_PHASES_H
#define SHIM_PHASES_H

/* Zone: signal, in the scribe. */

#include "scribe.h"

/* Nothing where no log is asked for (KRG_LOG). */
void phases_log(struct scribe *scribe);

#endif
