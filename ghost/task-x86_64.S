/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clone() with a stack of one's own: the child must not return through the parent's frames. */

/* long task_raw_clone(unsigned long flags, void *stack_top, int (*work)(void *), void *argument) */
	.text
	.globl	task_raw_clone
	.hidden	task_raw_clone
	.type	task_raw_clone, @function
task_raw_clone:
	.cfi_startproc
	andq	$-16, %rsi
	subq	$16, %rsi
	movq	%rdx, (%rsi)		/* work and argument wait on the new stack */
	movq	%rcx, 8(%rsi)
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	xorl	%r8d, %r8d
	movl	$56, %eax		/* clone */
	syscall
	testq	%rax, %rax
	jz	1f
	ret
1:	.cfi_undefined rip
	xorl	%ebp, %ebp
	popq	%rax
	popq	%rdi
	call	*%rax
	movl	%eax, %edi
	movl	$60, %eax		/* exit */
	syscall
	hlt
	.cfi_endproc
	.size	task_raw_clone, .-task_raw_clone
	.section .note.GNU-stack, "", @progbits
