/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a call again, with the program's registers put aside; see again.h. */

/* Places in struct again; shim/replay.c compares them with the compiler's. */
#define REGISTERS 0
#define RBX 48
#define STACK 56
#define PC 64
#define USED 72
#define ARGUMENTS 80
#define NR 128
#define RESULT 136

	.text
	.globl	again_call
	.hidden	again_call
	.globl	again_called
	.hidden	again_called
	.type	again_call, @function
again_call:
	/* Whoever unwinds from here (a cancellation, a debugger) finds the program
	 * where the record says: the caller's frame is at *(rbx + STACK), its rbx at
	 * rbx + RBX, its pc at rbx + PC. */
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_escape 0x0f, 3, 0x73, STACK, 0x06		/* CFA: breg3 STACK, deref */
	.cfi_escape 0x10, 3, 2, 0x73, RBX		/* rbx saved at breg3 RBX */
	.cfi_escape 0x10, 16, 3, 0x73, PC & 127 | 128, PC >> 7 /* pc saved at breg3 PC */
	syscall
again_called:
	movq	%rbx, %rdi
	movq	%rax, %rsi
	leaq	-128(%rsp), %rsp	/* the program's red zone */
	andq	$-16, %rsp
	call	again_next
	movq	STACK(%rbx), %rsp
	testl	%eax, %eax
	jz	1f
	movq	ARGUMENTS(%rbx), %rdi
	movq	ARGUMENTS+8(%rbx), %rsi
	movq	ARGUMENTS+16(%rbx), %rdx
	movq	ARGUMENTS+24(%rbx), %r10
	movq	ARGUMENTS+32(%rbx), %r8
	movq	ARGUMENTS+40(%rbx), %r9
	movq	NR(%rbx), %rax
	jmp	again_call
	/* rcx and r11 are the kernel's to change in any call. */
1:	movq	REGISTERS(%rbx), %rdi
	movq	REGISTERS+8(%rbx), %rsi
	movq	REGISTERS+16(%rbx), %rdx
	movq	REGISTERS+24(%rbx), %r10
	movq	REGISTERS+32(%rbx), %r8
	movq	REGISTERS+40(%rbx), %r9
	movq	RESULT(%rbx), %rax
	movq	PC(%rbx), %rcx
	movq	%rbx, %r11
	movq	RBX(%rbx), %rbx
	.cfi_same_value rbx
	.cfi_def_cfa rsp, 0
	.cfi_register rip, rcx
	movq	$0, USED(%r11)		/* now a handler may take it */
	jmp	*%rcx
	.cfi_endproc
	.size	again_call, .-again_call
	.hidden	again_next
	.section .note.GNU-stack, "", @progbits
