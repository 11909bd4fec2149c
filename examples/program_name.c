/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libc was given the program's arguments, although the shim comes before it. */
#include "check.h"

int main(int count, char **arguments)
{
	CHECK_IS(count, 1);
	for (int round = 0; round < 2; round++) {
		CHECK(!strcmp(program_invocation_name, arguments[0]), "it is called \"%s\", not %s",
		      program_invocation_name, arguments[0]);
		CHECK(!strcmp(program_invocation_short_name, "program_name"),
		      "for short it is called \"%s\"", program_invocation_short_name);
		if (round)
			break;
		check_ready();
		check_wait();
	}
	return check_passed();
}
