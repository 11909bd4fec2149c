/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a seccomp filter would answer. */
#ifndef SHIM_BPF_H
#define SHIM_BPF_H

/* Zone: any.  Classic BPF as seccomp(2) permits it: no loops, no packets. */

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>

/* The filter's SECCOMP_RET_*.  A program that the kernel would not have taken kills. */
uint32_t bpf_answer(const struct sock_filter *code, uint32_t length,
		    const struct seccomp_data *call);

#endif
