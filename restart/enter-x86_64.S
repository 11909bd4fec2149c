/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From krg-resume's own code and stack to those of the landing zone. */
	.text

/* void enter_code(void *code, struct landing *landing, uint64_t task, void *stack) */
	.globl	enter_code
	.hidden	enter_code
	.type	enter_code, @function
enter_code:
	movq	%rcx, %rsp
	andq	$-16, %rsp
	xorl	%ebp, %ebp
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	call	*%rax
	hlt
	.size	enter_code, .-enter_code

/* long enter_clone(void *arguments, size_t size, void *code, struct landing *landing,
 *		    uint64_t task)
 * The system call destroys rcx and r11; the others survive in both tasks. */
	.globl	enter_clone
	.hidden	enter_clone
	.type	enter_clone, @function
enter_clone:
	movq	%rcx, %r9
	movl	$435, %eax		/* clone3 */
	syscall
	testq	%rax, %rax
	jz	1f
	ret
1:	xorl	%ebp, %ebp
	andq	$-16, %rsp
	movq	%r9, %rdi
	movq	%r8, %rsi
	call	*%rdx
	hlt
	.size	enter_clone, .-enter_clone
	.section .note.GNU-stack, "", @progbits
