/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* syscall(2): notes what a replay must know and goes on in libc. */

/* Only libc's own code knows how to pass up to six arguments of any type, so
 * nothing of them is touched here. */
#define SYSCALLS 512

	.text
	.globl	syscall
	.type	syscall, @function
syscall:
	.cfi_startproc
	movq	self@gottpoff(%rip), %rax
	movq	%rdi, %fs:24(%rax)	/* self.call; wrappers/syscall.c checks the place */
	cmpq	$SYSCALLS, %rdi
	jae	1f
	btq	%rdi, syscall_timed(%rip)
	jc	2f
1:	movq	syscall_real(%rip), %rax
	testq	%rax, %rax
	jz	3f
	cmpq	$317, %rdi		/* seccomp */
	je	filters_call
	cmpq	$157, %rdi		/* prctl */
	je	4f
	jmp	*%rax
4:	cmpq	$22, %rsi		/* PR_SET_SECCOMP */
	je	filters_call
	jmp	*%rax
	/* It may sleep for a limited time: when it began is noted. */
2:	leaq	syscall_begins(%rip), %rax
	call	with_arguments
	jmp	1b
	/* Another library's constructor is here before ours was. */
3:	leaq	syscall_resolve(%rip), %rax
	call	with_arguments
	jmp	1b
	.cfi_endproc
	.size	syscall, .-syscall

/* Calls rax(stack pointer of syscall) and keeps the arguments of syscall. */
	.type	with_arguments, @function
with_arguments:
	.cfi_startproc
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%r8
	pushq	%r9
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 56
	leaq	64(%rsp), %rdi
	call	*%rax
	addq	$8, %rsp
	popq	%r9
	popq	%r8
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	.cfi_adjust_cfa_offset -56
	ret
	.cfi_endproc
	.size	with_arguments, .-with_arguments
	.hidden	filters_call
	.hidden	self
	.hidden	syscall_real
	.hidden	syscall_begins
	.hidden	syscall_resolve
	.hidden	syscall_timed
	.section .note.GNU-stack, "", @progbits
