/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the wrapper of syscall(2) needs from C. */
#include <stddef.h>

#include "../shim/gate.h"
#include "real.h"

_Static_assert(offsetof(struct self, call) == 24, "syscall-x86_64.S writes there");

extern long (*syscall_real)(long, ...);
long (*syscall_real)(long, ...);

void syscall_resolve(void);

__attribute__((constructor)) void syscall_resolve(void)
{
	syscall_real = real_get()->syscall;
}
