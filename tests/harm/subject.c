/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program with one of everything, that can tell whether anything of it was harmed. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* subject FOLDER THREADS [MIB]: answers "look" with "ok" or with what is wrong; after "end"
 * it looks closer, says "end ok" and ends with status 7.  Run by tests/harm. */

#define QUEUED 3
#define STATUS 7

static struct {
	int file, copy, reader, writer, event, null, folder;
	size_t size; /* of content */
	unsigned char *content, *shared, *closed;
	timer_t timer;
	pthread_mutex_t robust;
	pid_t pid;
	volatile unsigned long turns;
	volatile sig_atomic_t handled;
} it;

static void __attribute__((noreturn, format(printf, 1, 2))) bad(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("bad: ");
	vprintf(format, arguments);
	printf(" (errno %d)\n", errno);
	va_end(arguments);
	fflush(stdout);
	_exit(1);
}

#define must(condition)                        \
	do {                                   \
		if (!(condition))              \
			bad("%s", #condition); \
	} while (0)

static unsigned char pattern(size_t at)
{
	return (unsigned char)((at * 2654435761U) >> 13 ^ at >> 12);
}

static void on_usr1(int signal)
{
	(void)signal;
	it.handled++;
}

static void *wait_for_bytes(void *unused)
{
	char byte;
	int nobody[2];

	must(!pipe(nobody));
	must(read(nobody[0], &byte, 1) == 1);
	return unused;
}

static void *count(void *unused)
{
	struct timespec pause = { 0, 1000000 };

	for (;;) {
		it.turns++;
		nanosleep(&pause, NULL);
	}
	return unused;
}

static void *hold_signal(void *unused)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 3);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_kill(pthread_self(), SIGRTMIN + 3);
	for (;;)
		pause();
	return unused;
}

static void *(*const duties[])(void *) = { wait_for_bytes, count, hold_signal };

static void make_files(const char *folder)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 3 };
	int ends[2];

	must(!chdir(folder));
	it.file = open("subject.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
	must(it.file >= 0 && write(it.file, "0123456789", 10) == 10);
	must(lseek(it.file, 4, SEEK_SET) == 4);
	it.copy = dup(it.file);
	must(!fcntl(it.file, F_SETLK, &range) && !flock(it.file, LOCK_EX));
	must(!pipe(ends));
	it.reader = ends[0];
	it.writer = ends[1];
	must(write(it.writer, "queue", 5) == 5);
	it.event = eventfd(7, EFD_NONBLOCK);
	it.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	it.folder = open(".", O_RDONLY | O_DIRECTORY);
	must(it.copy >= 0 && it.event >= 0 && it.null >= 0 && it.folder >= 0);
}

static void make_memory(void)
{
	it.content =
		mmap(NULL, it.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	it.shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	it.closed = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(it.content != MAP_FAILED && it.shared != MAP_FAILED && it.closed != MAP_FAILED);
	for (size_t i = 0; i < it.size; i++)
		it.content[i] = pattern(i);
	strcpy((char *)it.shared, "shared");
	strcpy((char *)it.closed, "closed");
	must(!mprotect(it.closed, 8192, PROT_NONE));
}

static void make_signals(void)
{
	struct sigaction action = { .sa_handler = on_usr1, .sa_flags = SA_RESTART };
	struct sigevent quiet = { .sigev_notify = SIGEV_NONE };
	struct itimerspec hour = { .it_value = { 3600, 0 }, .it_interval = { 60, 0 } };
	struct itimerval virtual = { .it_value = { 3600, 0 } };
	sigset_t set;

	must(!sigaction(SIGUSR1, &action, NULL));
	must(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	sigaddset(&set, SIGURG);
	must(!sigprocmask(SIG_BLOCK, &set, NULL));
	for (int i = 0; i < QUEUED; i++)
		must(!sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = 40 + i }));
	must(!kill(getpid(), SIGURG));
	must(!timer_create(CLOCK_MONOTONIC, &quiet, &it.timer));
	must(!timer_settime(it.timer, 0, &hour, NULL));
	must(!setitimer(ITIMER_VIRTUAL, &virtual, NULL));
}

static void make_robust(void)
{
	pthread_mutexattr_t kind;

	must(!pthread_mutexattr_init(&kind));
	must(!pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST));
	must(!pthread_mutex_init(&it.robust, &kind));
	must(!pthread_mutex_lock(&it.robust));
}

static void look_at_files(void)
{
	char text[5] = "";
	int queued = 0;

	must(lseek(it.file, 0, SEEK_CUR) == 4);
	must(lseek(it.copy, 1, SEEK_CUR) == 5 && lseek(it.file, -1, SEEK_CUR) == 4);
	must(pread(it.file, text, 4, 3) == 4 && !strcmp(text, "3456"));
	must(!syscall(SYS_ioctl, it.reader, 0x541B /* FIONREAD */, &queued) && queued == 5);
	must(fcntl(it.null, F_GETFD) == FD_CLOEXEC && fcntl(it.event, F_GETFL) & O_NONBLOCK);
	must(write(it.null, "x", 1) == 1);
}

static void look_at_memory(void)
{
	for (size_t i = 0; i < it.size; i++)
		if (it.content[i] != pattern(i))
			bad("content at %zu", i);
	must(!strcmp((char *)it.shared, "shared"));
}

static void look_at_signals(void)
{
	sigset_t waiting, blocked;
	struct sigaction action;
	struct itimerspec left;
	struct itimerval virtual;
	int before = it.handled;

	must(!sigpending(&waiting) && !sigprocmask(SIG_BLOCK, NULL, &blocked));
	must(sigismember(&waiting, SIGRTMIN + 2) && sigismember(&waiting, SIGURG));
	must(sigismember(&blocked, SIGURG) && !sigismember(&blocked, SIGUSR2));
	must(!sigismember(&waiting, SIGXFSZ) && !sigismember(&waiting, SIGPIPE));
	must(!sigaction(SIGHUP, NULL, &action) && action.sa_handler == SIG_IGN);
	must(!raise(SIGUSR1) && it.handled == before + 1);
	must(!timer_gettime(it.timer, &left) && left.it_value.tv_sec > 3000 &&
	     left.it_interval.tv_sec == 60);
	must(!getitimer(ITIMER_VIRTUAL, &virtual) && virtual.it_value.tv_sec > 3000);
}

static void look_at_process(void)
{
	mode_t mask = umask(0);
	struct timespec pause = { 0, 2000000 };
	char name[16] = "";

	umask(mask);
	must(mask == 027);
	must(getpid() == it.pid && sched_getcpu() >= 0);
	must(!prctl(PR_GET_NAME, name) && !strcmp(name, "the subject"));
	must(pthread_mutex_trylock(&it.robust) == EBUSY);
	nanosleep(&pause, NULL);
}

static void look(void)
{
	look_at_files();
	look_at_memory();
	look_at_signals();
	look_at_process();
}

/* What can be looked at once only. */
static void look_closer(void)
{
	char text[8] = "";
	uint64_t value = 0;
	siginfo_t info;
	sigset_t set;

	must(read(it.reader, text, sizeof(text)) == 5 && !strcmp(text, "queue"));
	must(read(it.event, &value, 8) == 8 && value == 7);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	for (int i = 0; i < QUEUED; i++)
		must(sigwaitinfo(&set, &info) == SIGRTMIN + 2 && info.si_value.sival_int == 40 + i);
	must(!sigpending(&set) && !sigismember(&set, SIGRTMIN + 2));
	must(!mprotect(it.closed, 8192, PROT_READ) && !strcmp((char *)it.closed, "closed"));
	must(!pthread_mutex_unlock(&it.robust));
	must(!timer_delete(it.timer));
}

static void start_threads(int threads)
{
	for (int i = 0; i < threads; i++) {
		pthread_t thread;

		must(!pthread_create(&thread, NULL, duties[i % 3], NULL));
	}
}

int main(int argc, char **argv)
{
	char line[64];

	must(argc >= 3);
	it.size = (argc > 3 ? strtoul(argv[3], NULL, 10) : 3) << 20;
	it.pid = getpid();
	umask(027);
	prctl(PR_SET_NAME, "the subject");
	make_files(argv[1]);
	make_memory();
	make_signals();
	make_robust();
	start_threads(atoi(argv[2]));
	look();
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		unsigned long before = it.turns;

		look();
		if (!strcmp(line, "end\n"))
			look_closer();
		for (int i = 0; atoi(argv[2]) > 1 && it.turns == before; i++) {
			must(i < 5000);
			usleep(1000);
		}
		printf("%s\n", strcmp(line, "end\n") ? "ok" : "end ok");
		fflush(stdout);
		if (!strcmp(line, "end\n"))
			_exit(STATUS);
	}
	return 2;
}
