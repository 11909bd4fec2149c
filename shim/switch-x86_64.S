/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The few instructions between the program's stack and the shim's. */
	.text

/* void slot_run(struct slot *slot, void *stack, void (*run)(struct slot *)) */
	.globl	slot_run
	.hidden	slot_run
	.type	slot_run, @function
slot_run:
	.cfi_startproc
	.cfi_undefined rip
	movq	%rsi, %rsp
	andq	$-16, %rsp
	xorl	%ebp, %ebp
	call	*%rdx
	hlt				/* run() ends by slot_leave() */
	.cfi_endproc
	.size	slot_run, .-slot_run

/* void slot_leave(uint32_t *used, ucontext_t *frame)
 * rt_sigreturn(2) finds its frame by the stack pointer: it expects to be called
 * from the restorer, just after the handler's return address has been popped. */
	.globl	slot_leave
	.hidden	slot_leave
	.type	slot_leave, @function
slot_leave:
	.cfi_startproc
	.cfi_undefined rip
	movq	%rsi, %rsp
	movl	$0, (%rdi)		/* the slot's stack is not ours any more */
	movl	$15, %eax		/* rt_sigreturn */
	syscall
	hlt
	.cfi_endproc
	.size	slot_leave, .-slot_leave

/* int stack_call(void *stack_top, int (*work)(void *), void *argument) */
	.globl	stack_call
	.hidden	stack_call
	.type	stack_call, @function
stack_call:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	movq	%rdi, %rsp
	andq	$-16, %rsp
	movq	%rdx, %rdi
	call	*%rsi
	movq	%rbp, %rsp
	popq	%rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size	stack_call, .-stack_call

/* Debuggers know a signal frame by these very bytes (gdb, amd64-linux-tdep.c). */
	.globl	signal_restorer
	.hidden	signal_restorer
	.type	signal_restorer, @function
signal_restorer:
	.byte	0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00	/* mov $15, %rax */
	syscall
	.size	signal_restorer, .-signal_restorer

	.section .note.GNU-stack, "", @progbits
