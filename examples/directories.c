/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open directories: as a place to work from, and in the middle of being read. */
#include <dirent.h>

#include "check.h"

#define FILES  300
#define BEFORE 40 /* entries read before */

static char seen[FILES];

static int read_some(DIR *directory, int limit)
{
	const struct dirent *entry;
	int count = 0, number;

	while (count < limit && (entry = readdir(directory))) {
		if (sscanf(entry->d_name, "file%d", &number) != 1)
			continue;
		CHECK(!seen[number], "%s comes twice", entry->d_name);
		seen[number] = 1;
		count++;
	}
	return count;
}

int main(void)
{
	char name[32];
	DIR *directory;
	int place, path_only, file;
	struct stat one, other;

	CHECK_CALL(mkdir("directory", 0755));
	place = (int)CHECK_CALL(open("directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	path_only = (int)CHECK_CALL(open("directory", O_PATH));
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		close((int)CHECK_CALL(openat(place, name, O_CREAT | O_WRONLY, 0600)));
	}
	directory = opendir("directory");
	CHECK(directory, "opendir: %s", strerror(errno));
	CHECK_IS(read_some(directory, BEFORE), BEFORE);
	check_ready();
	check_wait();
	CHECK_IS(read_some(directory, FILES), FILES - BEFORE);
	rewinddir(directory);
	memset(seen, 0, sizeof(seen));
	CHECK_IS(read_some(directory, FILES), FILES);
	closedir(directory);
	CHECK_IS(fcntl(place, F_GETFD), FD_CLOEXEC);
	CHECK_IS(fcntl(path_only, F_GETFL) & O_PATH, O_PATH);
	file = (int)CHECK_CALL(openat(place, "file7", O_RDONLY));
	CHECK_CALL(fstat(file, &one));
	CHECK_CALL(fchdir(place));
	CHECK_CALL(stat("file7", &other));
	CHECK_IS(one.st_ino, other.st_ino);
	CHECK_CALL(fstatat(path_only, "file8", &other, 0));
	return check_passed();
}
