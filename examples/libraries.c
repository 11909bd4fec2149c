/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared libraries loaded by the program: before, and more of them after. */
#include <dlfcn.h>
#include <link.h>

#include "check.h"

static void *load(const char *name)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);

	CHECK(library, "%s", dlerror());
	return library;
}

static double call_math(void *library, const char *name, double argument)
{
	double (*function)(double);

	*(void **)&function = dlsym(library, name);
	CHECK(function, "%s", dlerror());
	return function(argument);
}

static int count(struct dl_phdr_info *info, size_t size, void *number)
{
	(void)info;
	(void)size;
	++*(int *)number;
	return 0;
}

static int count_libraries(void)
{
	int number = 0;

	dl_iterate_phdr(count, &number);
	return number;
}

/* Loads and unloads while ghosts are made. */
static void *churn(void *argument)
{
	while (!check_told()) {
		void *library = load("libresolv.so.2");

		CHECK(dlsym(library, "__res_nquery") || dlsym(library, "ns_get16"), "%s",
		      dlerror());
		CHECK(!dlclose(library), "%s", dlerror());
	}
	return argument;
}

int main(void)
{
	void *math = load("libm.so.6"), *late;
	int before = count_libraries();
	pthread_t other = check_thread(churn, NULL);
	Dl_info info;

	check_ready();
	while (!check_told())
		CHECK(call_math(math, "floor", 27.5) == 27.0, "27.5 is rounded to something else");
	CHECK_ZERO(pthread_join(other, NULL));
	CHECK_IS(count_libraries(), before);
	CHECK(call_math(math, "sqrt", 1024.0) == 32.0, "the square root of 1024 is something else");
	late = load("libanl.so.1");
	CHECK_IS(count_libraries() > before, 1);
	CHECK(!dlclose(late), "%s", dlerror());
	CHECK(dladdr(dlsym(math, "cos"), &info) && strstr(info.dli_fname, "libm.so"),
	      "cos is not in libm");
	return check_passed();
}
