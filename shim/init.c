/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constructor: what happens before the program's first line. */
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "../ghost/codec.h"
#include "../ghost/inject.h"
#include "anchor.h"
#include "inherited.h"
#include "interval.h"
#include "outside.h"
#include "report.h"
#include "signal.h"

/* Zone: free.  Kept short: it is what the shim adds to every start. */

/* libc tells where it keeps its rseq area and, for debuggers, its tids
 * (nptl_db): {bits, count, offset}. */
static void learn_libc(void)
{
	const ptrdiff_t *rseq_offset = dlsym(RTLD_DEFAULT, "__rseq_offset");
	const unsigned int *rseq_size = dlsym(RTLD_DEFAULT, "__rseq_size");
	const uint32_t *tid = dlsym(RTLD_DEFAULT, "_thread_db_pthread_tid");

	if (rseq_offset && rseq_size && *rseq_size)
		anchor.rseq_offset = *rseq_offset;
	/* A symbol that the runtimes of all of them have. */
	anchor.settings.sanitizer =
		dlsym(RTLD_DEFAULT, "__sanitizer_report_error_summary") != NULL;
	if (tid)
		anchor.tid_offset = tid[2];
	anchor.syscall_function = (uint64_t)(uintptr_t)dlsym(RTLD_NEXT, "syscall");
}

/* The program inherits a disposition for our signal as for any other. */
static void learn_disposition(void)
{
	sys_sigaction(anchor.settings.signal, NULL, &anchor.program_actions[0]);
}

typedef void constructor_t(int count, char **arguments, char **environment);

/* The first dlopen() runs libc's constructors, and where we are before them it does
 * so without arguments: program_invocation_name stays empty, so that err(3) has no
 * name to begin with, and constructors of libraries that the program loads later
 * get no arguments.  Nothing in them minds being called again. */
static void give_libc_arguments(int count, char **arguments, char **environment)
{
	constructor_t **constructors = NULL;
	struct link_map *libc = NULL;
	size_t size = 0;
	Dl_info info;

	if (!dladdr1((void *)(uintptr_t)gnu_get_libc_version, &info, (void **)&libc,
		     RTLD_DL_LINKMAP) ||
	    !libc)
		return;
	for (const ElfW(Dyn) *entry = libc->l_ld; entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_INIT_ARRAY)
			constructors = (constructor_t **)(libc->l_addr + entry->d_un.d_ptr);
		if (entry->d_tag == DT_INIT_ARRAYSZ)
			size = entry->d_un.d_val;
	}
	for (size_t i = 0; constructors && i < size / sizeof(*constructors); i++)
		constructors[i](count, arguments, environment);
}

/* glibc gives constructors what it gives main(). */
__attribute__((constructor)) static void start(int count, char **arguments, char **environment)
{
	int error;

	/* We are first (-z initfirst), before libc's own constructor.  The dlopen()
	 * below runs that one, with what it finds in environ. */
	environ = environment;

	anchor.pid = sys_getpid();
	settings_read(&anchor.settings, environment);
	report_remember();
	inherited_note();
	learn_libc();
	learn_disposition();
	outside_learn((const void *)getauxval(AT_SYSINFO_EHDR));
	attributes_learn_cpus();
	filters_learn_inherited();
	if (codec_load(anchor.settings.codec)) {
		report_line("no library for the codec is found; ghosts will not be compressed");
		anchor.settings.codec = CODEC_NONE;
	}
	give_libc_arguments(count, arguments, environment);
	if (inject_parse(settings_find(environment, "KRG_FAIL")))
		report_line("KRG_FAIL is not understood and is ignored");
	if (anchor.settings.error[0])
		report_line(anchor.settings.error);
	error = signal_begin();
	if (error)
		report_line("the checkpoint signal cannot be taken: no checkpoints");
	anchor.ready = !error;
	if (!error && interval_begin(INTERVAL_APART) && interval_begin(INTERVAL_ANYWHERE))
		report_line("no timer can be had: no checkpoints at intervals");
}
