# SPDX-License-Identifier: LGPL-2.1-or-later
# Small programs that check themselves after a restart; tests/examples/ runs them.
#
# A new example examples/NAME.c is two lines here: its name in `examples`, whose
# members make check runs by tests/examples/run.py, and its LDADD. Those in
# `directed_examples` are run by a test of their own.

example_libs =

examples = \
	examples/filters_narrow \
	examples/filters_together \
	examples/filters \
	examples/cpu_time \
	examples/advice \
	examples/alone_files \
	examples/altstacks \
	examples/anonymous \
	examples/timer_moments \
	examples/attributes \
	examples/blocked_futex \
	examples/blocked_lock \
	examples/blocked_poll \
	examples/blocked_read \
	examples/blocked_sleep \
	examples/busy \
	examples/cancel \
	examples/children \
	examples/conditions \
	examples/coroutines \
	examples/credentials \
	examples/deleted_file \
	examples/devices \
	examples/directories \
	examples/dispositions \
	examples/epolls \
	examples/eventfds \
	examples/exec_again \
	examples/files \
	examples/float_control \
	examples/guards \
	examples/heap \
	examples/identity \
	examples/interrupted \
	examples/interval_timers \
	examples/libraries \
	examples/locks \
	examples/long_jumps \
	examples/main_exit \
	examples/mapping_churn \
	examples/masks \
	examples/membarriers \
	examples/mutexes \
	examples/named_region \
	examples/no_descriptors \
	examples/no_environment \
	examples/no_streams \
	examples/not_dumpable \
	examples/numbers \
	examples/own_blocked \
	examples/own_handler \
	examples/own_old \
	examples/own_signalfd \
	examples/own_waits \
	examples/pidfds \
	examples/orphans \
	examples/pipe_ends \
	examples/pipe_packets \
	examples/pipes \
	examples/posix_timers \
	examples/private_file \
	examples/processor \
	examples/program_name \
	examples/protections \
	examples/registers \
	examples/reservation \
	examples/robust \
	examples/rseq \
	examples/rwlocks \
	examples/schedules \
	examples/semaphores \
	examples/session \
	examples/shared_anonymous \
	examples/signal_waits \
	examples/signalfds \
	examples/socket_names \
	examples/socket_passing \
	examples/sockets \
	examples/stack_growth \
	examples/streams \
	examples/thread_churn \
	examples/thread_end \
	examples/thread_names \
	examples/thread_storage \
	examples/threads \
	examples/threads_many \
	examples/transfers \
	examples/tight_memory \
	examples/timerfds \
	examples/vdso \
	examples/vector_registers

directed_examples = \
	examples/elsewhere \
	examples/clocks \
	examples/filters_deadly \
	examples/embedded \
	examples/at_intervals \
	examples/refused \
	examples/spawning \
	examples/terminal \
	examples/timeouts

example_scripts = \
	examples/primes.py

# A sanitizer wants to be the first library of its program, and so do we. The test of
# an example is its source, which run.py takes as the name.
if !SANITIZERS
check_PROGRAMS += $(examples) $(directed_examples)
TESTS += $(examples:=.c)
endif

EXTRA_DIST += $(example_scripts)

examples_advice_LDADD = $(example_libs)
examples_alone_files_LDADD = $(example_libs)
examples_altstacks_LDADD = $(example_libs)
examples_anonymous_LDADD = $(example_libs)
examples_at_intervals_LDADD = $(example_libs)
examples_attributes_LDADD = $(example_libs)
examples_blocked_futex_LDADD = $(example_libs)
examples_blocked_lock_LDADD = $(example_libs)
examples_blocked_poll_LDADD = $(example_libs)
examples_blocked_read_LDADD = $(example_libs)
examples_blocked_sleep_LDADD = $(example_libs)
examples_busy_LDADD = -lm
examples_cancel_LDADD = $(example_libs)
examples_children_LDADD = $(example_libs)
examples_clocks_LDADD = $(example_libs)
examples_conditions_LDADD = $(example_libs)
examples_coroutines_LDADD = $(example_libs)
examples_cpu_time_LDADD = $(example_libs)
examples_credentials_LDADD = $(example_libs)
examples_deleted_file_LDADD = $(example_libs)
examples_devices_LDADD = $(example_libs)
examples_directories_LDADD = $(example_libs)
examples_dispositions_LDADD = $(example_libs)
examples_elsewhere_LDADD = $(example_libs)
examples_embedded_LDADD = $(example_libs)
examples_epolls_LDADD = $(example_libs)
examples_eventfds_LDADD = $(example_libs)
examples_exec_again_LDADD = $(example_libs)
examples_files_LDADD = $(example_libs)
examples_filters_LDADD = $(example_libs)
examples_filters_deadly_LDADD = $(example_libs)
examples_filters_narrow_LDADD = $(example_libs)
examples_filters_together_LDADD = $(example_libs)
examples_float_control_LDADD = -lm
examples_guards_LDADD = $(example_libs)
examples_heap_LDADD = $(example_libs)
examples_identity_LDADD = $(example_libs)
examples_interrupted_LDADD = $(example_libs)
examples_interval_timers_LDADD = $(example_libs)
examples_libraries_LDADD = $(example_libs)
examples_locks_LDADD = $(example_libs)
examples_long_jumps_LDADD = $(example_libs)
examples_main_exit_LDADD = $(example_libs)
examples_mapping_churn_LDADD = $(example_libs)
examples_masks_LDADD = $(example_libs)
examples_membarriers_LDADD = $(example_libs)
examples_mutexes_LDADD = $(example_libs)
examples_named_region_LDADD = $(example_libs)
examples_no_descriptors_LDADD = $(example_libs)
examples_no_environment_LDADD = $(example_libs)
examples_no_streams_LDADD = $(example_libs)
examples_not_dumpable_LDADD = $(example_libs)
examples_numbers_LDADD = $(example_libs)
examples_own_blocked_LDADD = $(example_libs)
examples_own_handler_LDADD = $(example_libs)
examples_own_old_LDADD = $(example_libs)
examples_own_signalfd_LDADD = $(example_libs)
examples_own_waits_LDADD = $(example_libs)
examples_pidfds_LDADD = $(example_libs)
examples_orphans_LDADD = $(example_libs)
examples_pipe_ends_LDADD = $(example_libs)
examples_pipe_packets_LDADD = $(example_libs)
examples_pipes_LDADD = $(example_libs)
examples_posix_timers_LDADD = $(example_libs)
examples_private_file_LDADD = $(example_libs)
examples_processor_LDADD = $(example_libs)
examples_program_name_LDADD = $(example_libs)
examples_protections_LDADD = $(example_libs)
examples_refused_LDADD = $(example_libs)
examples_registers_LDADD = $(example_libs)
examples_reservation_LDADD = $(example_libs)
examples_robust_LDADD = $(example_libs)
examples_rseq_LDADD = $(example_libs)
examples_rwlocks_LDADD = $(example_libs)
examples_schedules_LDADD = $(example_libs)
examples_semaphores_LDADD = $(example_libs)
examples_session_LDADD = $(example_libs)
examples_shared_anonymous_LDADD = $(example_libs)
examples_signal_waits_LDADD = $(example_libs)
examples_signalfds_LDADD = $(example_libs)
examples_socket_names_LDADD = $(example_libs)
examples_socket_passing_LDADD = $(example_libs)
examples_sockets_LDADD = $(example_libs)
examples_spawning_LDADD = $(example_libs)
examples_stack_growth_LDADD = $(example_libs)
examples_streams_LDADD = $(example_libs)
examples_terminal_LDADD = $(example_libs)
examples_thread_churn_LDADD = $(example_libs)
examples_thread_end_LDADD = $(example_libs)
examples_thread_names_LDADD = $(example_libs)
examples_thread_storage_LDADD = $(example_libs)
examples_threads_LDADD = $(example_libs)
examples_threads_many_LDADD = $(example_libs)
examples_timeouts_LDADD = $(example_libs)
examples_transfers_LDADD = $(example_libs)
examples_tight_memory_LDADD = $(example_libs)
examples_timer_moments_LDADD = $(example_libs)
examples_timerfds_LDADD = $(example_libs)
examples_vdso_LDADD = $(example_libs)
examples_vector_registers_LDADD = $(example_libs)

# The file of shared_file runs ahead of the ghost until the kill, and files are not in
# ghosts yet.
EXTRA_DIST += \
	examples/shared_file.c
