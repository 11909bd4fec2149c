/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stdio in the middle of a file: what is buffered for reading and for writing. */
#include "check.h"

#define LINES 5000

static void make(const char *path)
{
	FILE *file = fopen(path, "w");

	CHECK(file, "%s: %s", path, strerror(errno));
	for (int i = 0; i < LINES; i++)
		fprintf(file, "line %d of %d\n", i, LINES);
	fclose(file);
}

static int read_line(FILE *file)
{
	int number, of;

	CHECK_IS(fscanf(file, "line %d of %d\n", &number, &of), 2);
	CHECK_IS(of, LINES);
	return number;
}

/* The whole file, as another reader sees it after the end. */
static void verify(const char *path, int lines)
{
	FILE *file = fopen(path, "r");

	CHECK(file, "%s: %s", path, strerror(errno));
	for (int i = 0; i < lines; i++)
		CHECK_IS(read_line(file), i);
	CHECK_IS(fgetc(file), EOF);
	fclose(file);
}

int main(void)
{
	FILE *in, *out;
	int read = 0, written = 0;

	make("in");
	in = fopen("in", "r");
	out = fopen("out-stream", "w");
	CHECK(in && out, "fopen: %s", strerror(errno));
	/* Half of a buffer each. */
	for (; read < 100; read++)
		CHECK_IS(read_line(in), read);
	for (; written < 100; written++)
		CHECK(fprintf(out, "line %d of %d\n", written, LINES) > 0, "fprintf");
	CHECK_IS(ungetc(fgetc(in), in), 'l');
	check_ready();
	while (!check_told())
		check_pause(500);
	CHECK_IS(read_line(in) - read, 0);
	for (read++; read < LINES; read++)
		CHECK_IS(read_line(in), read);
	CHECK_IS(fgetc(in), EOF);
	for (; written < LINES; written++)
		CHECK(fprintf(out, "line %d of %d\n", written, LINES) > 0, "fprintf");
	CHECK_IS(fclose(out), 0);
	verify("out-stream", LINES);
	return check_passed();
}
