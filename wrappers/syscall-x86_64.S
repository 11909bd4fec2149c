/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* syscall(2): notes the number for a replay and goes on in libc. */

/* Only libc's own code knows how to pass up to six arguments of any type, so
 * nothing is touched here but one word of thread-local storage. */
	.text
	.globl	syscall
	.type	syscall, @function
syscall:
	.cfi_startproc
	movq	self@gottpoff(%rip), %rax
	movq	%rdi, %fs:24(%rax)	/* self.call; wrappers/syscall.c checks the place */
	movq	syscall_real(%rip), %rax
	testq	%rax, %rax
	jz	1f
	jmp	*%rax
1:	/* Another library's constructor is here before ours was. */
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%r8
	pushq	%r9
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 56
	call	syscall_resolve
	addq	$8, %rsp
	popq	%r9
	popq	%r8
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	.cfi_adjust_cfa_offset -56
	jmp	syscall
	.cfi_endproc
	.size	syscall, .-syscall
	.hidden	self
	.hidden	syscall_real
	.hidden	syscall_resolve
	.section .note.GNU-stack, "", @progbits
