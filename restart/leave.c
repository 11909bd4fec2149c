/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process that is to be the program: everything up to the point of no return. */
#include "leave.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../ghost/kind/kinds.h"
#include "../ghost/kind/outside.h"
#include "../ghost/sys.h"
#include "registrations.h"
#include "group.h"
#include "say.h"
#include "stage.h"
#include "step.h"
#include "vdso.h"

#define PAGE 4096UL
#define TASK_STACK 1024		/* of a task in the bare code */
#define MAPS_MAX (4UL << 20)

/* What lies in the landing zone, from its start: the code (readable and
 * executable), then this, then the tasks, their stacks, the steps. */
struct zone {
	struct landing landing;
	struct prctl_mm_map with_exe, without_exe;
	uint8_t auxv[PROCESS_AUXV];
};

static __attribute__((noreturn, format(printf, 3, 4))) void give_up(struct leave *leave, int error,
								    const char *format, ...)
{
	struct leave_report report = { .error = error };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(report.line, sizeof(report.line), format, arguments);
	va_end(arguments);
	if (write(leave->report, &report, sizeof(report)) < 0)
		_exit(SAY_FAILED);
	_exit(SAY_FAILED);
}

static size_t code_size(void)
{
	return ((size_t)(__stop_krg_step - __start_krg_step) + PAGE - 1) & ~(PAGE - 1);
}

static size_t zone_size(const struct image *image)
{
	return code_size() + sizeof(struct zone) +
	       image->thread_count * (sizeof(struct landing_task) + TASK_STACK) +
	       image->chunk_count * sizeof(struct landing_range) + 2 * PAGE;
}

/* A copy of step.c's function, by its place in the section. */
static void *code_in(const struct plan *plan, const void *function)
{
	return (void *)(plan->landing.start + (size_t)((const char *)function - __start_krg_step));
}

static struct zone *zone_of(const struct plan *plan)
{
	return (struct zone *)(plan->landing.start + code_size());
}

static int open_zone(const struct plan *plan)
{
	void *got = sys_mmap((void *)plan->landing.start, plan->landing.end - plan->landing.start,
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (sys_failed(got))
		return (int)(intptr_t)got;
	memcpy(got, __start_krg_step, (size_t)(__stop_krg_step - __start_krg_step));
	return (int)sys_call3(SYS_mprotect, got, code_size(), PROT_READ | PROT_EXEC);
}

static char *read_maps(char *text, size_t size)
{
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	while (file >= 0 && (got = read(file, text + length, size - 1 - length)) > 0)
		length += (size_t)got;
	if (file >= 0)
		close(file);
	text[length] = '\0';
	return length && length < size - 1 ? text : NULL;
}

static void fill_mm_map(struct prctl_mm_map *map, const struct process_ghost *process,
			struct zone *zone, int exe)
{
	const struct process_layout *layout = &process->layout;

	*map = (struct prctl_mm_map){
		.start_code = layout->start_code, .end_code = layout->end_code,
		.start_data = layout->start_data, .end_data = layout->end_data,
		.start_brk = layout->start_brk, .brk = layout->brk,
		.start_stack = layout->start_stack,
		.arg_start = layout->arg_start, .arg_end = layout->arg_end,
		.env_start = layout->env_start, .env_end = layout->env_end,
		.auxv = (__u64 *)zone->auxv, .auxv_size = process->auxv_length,
		.exe_fd = (uint32_t)exe,
	};
}

static void add_step(struct plan *plan, int64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		     int may_fail)
{
	plan->steps[plan->step_count++] = (struct landing_step){
		.nr = nr, .argument = { a, b, c, d, 0, 0 }, .may_fail = (uint64_t)may_fail,
	};
}

/* The tables first, then the tasks' stacks, each below the end of its own. */
static char *fill_zone(struct leave *leave, struct plan *plan, const struct stage *stage, int exe)
{
	const struct image *image = leave->image;
	struct zone *zone = zone_of(plan);
	struct landing *landing = &zone->landing;
	char *next = (char *)(zone + 1);

	memcpy(zone->auxv, image->process->auxv, image->process->auxv_length);
	fill_mm_map(&zone->without_exe, image->process, zone, -1);
	fill_mm_map(&zone->with_exe, image->process, zone, exe);
	if (exe >= 0) {
		/* Where it is not permitted /proc/self/exe stays krg-resume's. */
		add_step(plan, SYS_prctl, PR_SET_MM, PR_SET_MM_MAP,
			 (uint64_t)(uintptr_t)&zone->with_exe, sizeof(zone->with_exe), 1);
		add_step(plan, SYS_close, (uint64_t)exe, 0, 0, 0, 0);
	}
	landing->start = plan->landing.start;
	landing->size = plan->landing.end - plan->landing.start;
	landing->entry = image->header.entry;
	landing->flags = (leave->drop_capabilities ? LANDING_DROP_CAPABILITIES : 0) |
			 (leave->options->elsewhere ? LANDING_ELSEWHERE : 0);
	if (plan->vdso_count) {
		const struct plan_range *code = &plan->vdso[plan->vdso_code];

		landing->vdso_start = plan->vdso_home[plan->vdso_code];
		landing->vdso_end = landing->vdso_start + (code->end - code->start);
	}
	landing->task_count = (uint32_t)image->thread_count;
	landing->backing_device = stage->backing.device;
	landing->backing_inode = stage->backing.inode;
	landing->tasks = (struct landing_task *)next;
	next += image->thread_count * sizeof(struct landing_task);
	landing->lazy = (struct landing_range *)next;
	landing->lazy_count = (uint32_t)stage->lazy_count;
	memcpy(next, stage->lazy_ranges, stage->lazy_count * sizeof(struct landing_range));
	next += stage->lazy_count * sizeof(struct landing_range);
	landing->steps = (struct landing_step *)next;
	landing->step_count = (uint32_t)plan->step_count;
	memcpy(next, plan->steps, plan->step_count * sizeof(*plan->steps));
	next += plan->step_count * sizeof(*plan->steps);
	return (char *)(((uintptr_t)next + 63) & ~(uintptr_t)63);
}

/* The main thread's is the task that we are. */
static int make_tasks(struct leave *leave, const struct plan *plan, char *stacks)
{
	struct landing *landing = &zone_of(plan)->landing;
	uint32_t task = 1, waiting;

	for (size_t i = 0; i < leave->image->thread_count; i++) {
		const struct thread_ghost *thread = &leave->image->threads[i];
		int main_thread = (thread->flags & THREAD_MAIN) != 0;
		uint32_t place = main_thread ? 0 : task++;
		pid_t tid = (pid_t)thread->tid;
		struct clone_args arguments = {
			.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				 CLONE_SYSVSEM,
			.stack = (uint64_t)(uintptr_t)(stacks + place * TASK_STACK),
			.stack_size = TASK_STACK,
			.set_tid = (uint64_t)(uintptr_t)&tid,
			.set_tid_size = 1,
		};
		long error;

		landing->tasks[place] = (struct landing_task){ thread->stack, thread->slot };
		if (main_thread)
			continue;
		error = enter_clone(&arguments, sizeof(arguments), code_in(plan, step_wait),
				    landing, place);
		if (error < 0)
			give_up(leave, (int)error, "thread %d cannot have its id again: %s", tid,
				strerror((int)-error));
	}
	/* They leave our code by themselves; only then may it go away. */
	while ((waiting = __atomic_load_n(&landing->waiting, __ATOMIC_ACQUIRE)) + 1 < task)
		sys_futex_wait(&landing->waiting, waiting, NULL);
	return 0;
}

/* How the ghost's pages look in maps: on some file systems not as in stat(2). */
static void learn_backing(struct stage *stage, char *text, size_t size)
{
	uint64_t inode = stage->backing.inode;
	char *line = inode ? read_maps(text, size) : NULL;

	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		unsigned int major, minor;
		unsigned long long found;

		if (sscanf(line, "%*s %*s %*s %x:%x %llu", &major, &minor, &found) == 3 &&
		    found == inode) {
			stage->backing.device = (uint64_t)makedev(major, minor);
			return;
		}
	}
}

static void place_everything(struct leave *leave, struct plan *plan, struct stage *stage,
			     char *maps)
{
	int error = plan_places(plan, maps, leave->image->regions, leave->image->region_count,
				zone_size(leave->image));

	if (error)
		give_up(leave, error, "%s", plan->error);
	error = open_zone(plan);
	if (error)
		give_up(leave, error, "the landing zone: %s", strerror(-error));
	error = plan_steps(plan, leave->image->regions,
			   (uint64_t)(uintptr_t)&zone_of(plan)->without_exe,
			   sizeof(struct prctl_mm_map));
	if (!error)
		error = stage_map(stage, plan);
	if (!error)
		error = stage_fill(stage);
	if (!error)
		error = vdso_lead(leave->image, plan);
	if (!error)
		error = stage_finish(stage);
	if (error)
		give_up(leave, error, "%s", plan->error[0] ? plan->error : stage->error);
	learn_backing(stage, maps, MAPS_MAX);
}

static void set_process(struct leave *leave)
{
	const struct process_ghost *process = leave->image->process;

	group_join(leave->image);
	if (chdir(process->directory))
		give_up(leave, -errno, "%s: %s; it was the program's working directory",
			process->directory, strerror(errno));
}

/* The kernel would write to these in memory that is about to go away. */
static void forget_libc(void)
{
	extern const ptrdiff_t __rseq_offset;
	char *self;

	__asm__("mov %%fs:0, %0" : "=r"(self));
	sys_call4(SYS_rseq, self + __rseq_offset, 32, 1, 0x53053053);
	sys_call1(SYS_set_tid_address, 0);
	sys_call2(SYS_set_robust_list, 0, 24);
}

/* Where the program's file comes out of the ghost, it is /proc/self/exe, too. */
static int open_exe(const struct leave *leave)
{
	const struct process_ghost *process = leave->image->process;
	const struct region_ghost *code =
		image_region_at(leave->image, process->layout.start_code);
	const struct embedded_file *embedded =
		code ? embedded_behind(leave->embedded, code) : NULL;
	int exe;

	if (embedded)
		return dup(embedded->file);
	exe = open(process->program.path, O_RDONLY | O_CLOEXEC);
	if (exe >= 0 && access(process->program.path, X_OK)) {
		close(exe);
		return -1;
	}
	return exe;
}

static void complete(struct leave *leave)
{
	int error = revive_complete(leave->revived, leave->image);

	/* Whatever it was, what has been done cannot be done again in a namespace. */
	if (error)
		give_up(leave, -EIO, "%s",
			leave->revived->revive.reason[0] ? leave->revived->revive.reason
							 : strerror(-error));
	revive_start(leave->revived, leave->image);
	error = registrations_revive(leave->revived, leave->image);
	if (error)
		give_up(leave, error, "what an epoll descriptor waits for: %s", strerror(-error));
}

void leave_for_good(struct leave *leave)
{
	const struct lock_ghost *lock = NULL;
	struct stage stage;
	struct plan plan;
	char *stacks, *maps = malloc(MAPS_MAX);
	int keep[2], count = 0, exe, error;

	if (!maps)
		give_up(leave, -ENOMEM, "out of memory");
	error = stage_prepare(&stage, leave->image, leave->embedded, &leave->revived->revive,
			      leave->options->eager);
	if (error)
		give_up(leave, error, "%s", stage.error);
	exe = open_exe(leave);
	set_process(leave);
	if (!read_maps(maps, MAPS_MAX))
		give_up(leave, -ENOENT, "/proc/self/maps cannot be read; is /proc mounted?");
	place_everything(leave, &plan, &stage, maps);
	keep[count++] = leave->report;
	if (exe >= 0) {
		exe = revive_raise(leave->revived, exe);
		keep[count++] = exe;
	}
	if (count == 2 && keep[0] > keep[1]) {
		keep[0] = exe;
		keep[1] = leave->report;
	}
	stacks = fill_zone(leave, &plan, &stage, exe);
	make_tasks(leave, &plan, stacks);
	/* With all threads there, so that /proc knows them. */
	revive_enter(leave->revived, leave->image);
	complete(leave);
	error = revive_numbers(leave->revived, leave->image, keep, count);
	if (!error)
		error = revive_locks(leave->image, &lock);
	if (error && lock)
		give_up(leave, error, "the lock of descriptor %u is held by somebody else",
			lock->fd);
	if (error)
		give_up(leave, error, "the descriptors: %s", strerror(-error));
	forget_libc();
	sys_close(leave->report);
	enter_code(code_in(&plan, step_walk), &zone_of(&plan)->landing, 0, stacks + TASK_STACK);
}

void leave_tell_clocks(const struct leave *leave)
{
	warn("CLOCK_MONOTONIC does not go on from where it was: a time namespace is not to be had: "
	     "%s", strerror(-leave->clocks));
}

void leave_print_plan(const struct image *image)
{
	char *maps = malloc(MAPS_MAX);
	struct plan plan;

	if (!maps || !read_maps(maps, MAPS_MAX))
		die("/proc/self/maps cannot be read; is /proc mounted?");
	if (plan_places(&plan, maps, image->regions, image->region_count, zone_size(image)) ||
	    plan_steps(&plan, image->regions, plan.landing.start, sizeof(struct prctl_mm_map)))
		die("%s", plan.error);
	plan_print(&plan, stdout);
	plan_free(&plan);
	free(maps);
}
