/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libc's own functions behind our wrappers. */
#include "real.h"

#include <dlfcn.h>

struct real real;

#define WRAP(name, class) { #name, (void **)&real.name },
static const struct {
	const char *name;
	void **function;
} names[] = {
#include "wrappers.def"
};
#undef WRAP

__attribute__((constructor)) void real_resolve(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		*names[i].function = dlsym(RTLD_NEXT, names[i].name);
}
