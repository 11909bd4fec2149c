/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gate: "this thread is inside a wrapper that must not be cut in two". */
#include "gate.h"

#include "anchor.h"
#include "signal.h"

__thread struct self self __attribute__((tls_model("initial-exec"))) = { .call = -1, .replayed = -1 };

void gate_catch_up(void)
{
	self.put_off = 0;
	signal_again(self.put_off_code, self.put_off_value);
}
