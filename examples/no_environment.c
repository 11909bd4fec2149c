/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that has emptied its environment, its arguments and all descriptors but three. */
#include "check.h"

int main(int count, char **arguments)
{
	char *go = getenv("KRG_EXAMPLE_GO") ? strdup(getenv("KRG_EXAMPLE_GO")) : NULL;
	struct stat there;

	if (!go)
		check_skip("only with KRG_EXAMPLE_GO");
	for (char **variable = environ; *variable; variable++)
		memset(*variable, 0, strlen(*variable));
	CHECK_IS(clearenv(), 0);
	for (int i = 0; i < count; i++)
		memset(arguments[i], 'x', strlen(arguments[i]));
	closefrom(3);
	check_ready();
	while (stat(go, &there))
		check_pause(3000);
	CHECK(!environ || !*environ, "the environment is back: %s", *environ);
	CHECK_IS(arguments[0][0], 'x');
	CHECK_IS(open("/dev/null", O_RDONLY), 3);
	CHECK_CALL(setenv("NEW", "one", 1));
	CHECK(!strcmp(getenv("NEW"), "one"), "NEW is %s", getenv("NEW"));
	return check_passed();
}
