/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starts children all the time, in every way; asked for ghosts at any moment, none may fail. */
#include <spawn.h>
#include <sys/wait.h>

#include "check.h"

/* spawning WAY ROUNDS; tests/examples/spawning.py asks for the ghosts. */

extern char **environ;

static void expect_exit(int status, int wanted, const char *what)
{
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == wanted, "%s: status 0x%x, not %d", what,
	      (unsigned int)status, wanted);
}

static void expect_child(pid_t child, int wanted, const char *what)
{
	int status;

	CHECK(child > 0, "%s: %s", what, strerror(errno));
	CHECK_IS(waitpid(child, &status, 0), child);
	expect_exit(status, wanted, what);
}

static void by_system(void)
{
	expect_exit(system("true"), 0, "system");
	expect_exit(system("exit 7"), 7, "system");
}

static void by_popen(void)
{
	FILE *pipe = popen("echo what it says; exit 9", "r");
	char line[64] = "";

	CHECK(pipe, "popen: %s", strerror(errno));
	CHECK(fgets(line, sizeof(line), pipe) && !strcmp(line, "what it says\n"),
	      "the child said \"%s\"", line);
	expect_exit(pclose(pipe), 9, "popen");
	pipe = popen("read word; test \"$word\" = word", "w");
	CHECK(pipe, "popen: %s", strerror(errno));
	CHECK(fputs("word\n", pipe) >= 0, "nothing can be written: %s", strerror(errno));
	expect_exit(pclose(pipe), 0, "popen to a child");
}

static void by_spawn(void)
{
	char *arguments[] = { "sh", "-c", "exit 18", NULL };
	posix_spawnattr_t attributes;
	pid_t child;

	CHECK_ZERO(posix_spawnp(&child, "sh", NULL, NULL, arguments, environ));
	expect_child(child, 18, "posix_spawnp");
	CHECK_ZERO(posix_spawnattr_init(&attributes));
	CHECK_ZERO(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP));
	CHECK_ZERO(posix_spawn(&child, "/bin/sh", NULL, &attributes, arguments, environ));
	expect_child(child, 18, "posix_spawn");
	posix_spawnattr_destroy(&attributes);
	CHECK_IS(posix_spawn(&child, "/nowhere", NULL, NULL, arguments, environ), ENOENT);
}

static void by_vfork(void)
{
	pid_t child = vfork();

	if (!child) {
		execl("/bin/sh", "sh", "-c", "exit 20", (char *)NULL);
		_exit(1);
	}
	expect_child(child, 20, "vfork and exec");
	child = vfork();
	if (!child)
		_exit(21);
	expect_child(child, 21, "vfork");
}

/* The child goes on with the parent's memory for a while, and has threads and children of its own. */
static void *work(void *argument)
{
	uint64_t state = (uintptr_t)argument, sum = 0;

	for (int i = 0; i < 20000; i++)
		sum += check_random(&state) & 1;
	return (void *)(uintptr_t)(sum > 9000);
}

static void by_fork(void)
{
	pid_t child = fork();

	if (!child) {
		pthread_t thread = check_thread(work, (void *)7);
		void *result;

		free(malloc(100000));
		by_vfork();
		CHECK_ZERO(pthread_join(thread, &result));
		_exit(result ? 22 : 1);
	}
	expect_child(child, 22, "fork");
	child = fork();
	if (!child) {
		execlp("sh", "sh", "-c", "exit 23", (char *)NULL);
		_exit(1);
	}
	expect_child(child, 23, "fork and exec");
}

static const struct way {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "system", by_system }, { "popen", by_popen }, { "spawn", by_spawn },
	{ "vfork", by_vfork },   { "fork", by_fork },
};

static const struct way *find_way(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	check_skip("usage: spawning system|popen|spawn|vfork|fork ROUNDS [thread]");
}

static volatile int over;

static void *stand_by(void *unused)
{
	uint64_t state = 7;

	while (!over)
		check_random(&state);
	return unused;
}

int main(int count, char **arguments)
{
	const struct way *way = find_way(count > 1 ? arguments[1] : "");
	int rounds = count > 2 ? atoi(arguments[2]) : 100;
	pthread_t thread = 0;

	if (count > 3)
		thread = check_thread(stand_by, NULL);
	check_ready();
	for (int i = 0; i < rounds; i++)
		way->run();
	CHECK_IS(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_IS(errno, ECHILD);
	over = 1;
	if (thread)
		CHECK_ZERO(pthread_join(thread, NULL));
	CHECK_CALL(write(1, "alone\n", 6));
	check_wait();
	way->run();
	return check_passed();
}
