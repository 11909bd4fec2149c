/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Children come and go after the restart: fork, exec, spawn, vfork, system, popen. */
#include <spawn.h>
#include <sys/wait.h>

#include "check.h"

extern char **environ;

static void expect_exit(pid_t child, int wanted)
{
	int status;

	CHECK(child > 0, "no child: %s", strerror(errno));
	CHECK_IS(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == wanted, "a child ended with 0x%x",
	      status);
}

static void fork_one(void)
{
	char memory[100];
	pid_t parent = getpid(), child;

	memset(memory, 'f', sizeof(memory));
	child = fork();
	if (!child) {
		CHECK_IS(getppid(), parent);
		CHECK_IS(gettid(), getpid());
		CHECK_IS(memory[99], 'f');
		free(malloc(100000));
		_exit(17);
	}
	expect_exit(child, 17);
}

static void exec_one(void)
{
	char *arguments[] = { "sh", "-c", "exit 18", NULL };
	pid_t child = fork();

	if (!child) {
		execv("/bin/sh", arguments);
		_exit(1);
	}
	expect_exit(child, 18);
	arguments[2] = "exit 19";
	CHECK_ZERO(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ));
	expect_exit(child, 19);
	child = vfork();
	if (!child) {
		execl("/bin/sh", "sh", "-c", "exit 20", (char *)NULL);
		_exit(1);
	}
	expect_exit(child, 20);
}

static void talk_to_one(void)
{
	FILE *pipe = popen("echo from the child; exit 3", "r");
	char line[64] = "";
	int status;

	CHECK(pipe, "popen: %s", strerror(errno));
	CHECK(fgets(line, sizeof(line), pipe), "nothing came from the child");
	CHECK(!strcmp(line, "from the child\n"), "the child said %s", line);
	status = pclose(pipe);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3, "pclose() gives 0x%x", status);
	status = system("test \"$CHILDREN_SEE\" = this");
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "system() gives 0x%x", status);
}

static void use_all(void)
{
	fork_one();
	exec_one();
	talk_to_one();
	CHECK_IS(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_IS(errno, ECHILD);
}

int main(void)
{
	CHECK_CALL(setenv("CHILDREN_SEE", "this", 1));
	use_all();
	check_ready();
	check_wait();
	/* No child has come to it that it did not make. */
	CHECK_IS(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_IS(errno, ECHILD);
	use_all();
	return check_passed();
}
