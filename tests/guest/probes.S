/* SPDX-License-Identifier: MIT */
/*
 * Calls that are hard to match with their returns: recursion, two stacks that
 * take turns inside one function, a call that is left by a jump, one that
 * ends in a jump to another function, a callee that takes its arguments off
 * the stack; and objects that come and go in lists. Ends by the exit port
 * with 0.
 */
#include "tests/guest/guest.inc"

        .globl  _start, fact, swap, leave_by_jump, popper, nothing, tail
        .globl  alloc_list, free_list
_start:
        mov     $stack_one, %esp

        /*      fact(4) */
        push    $4
        call    fact
        add     $4, %esp

        /*      swap(1) on this stack; inside, the other one runs swap(2), which comes
        *       back here first. */
        movl    $stack_two, parked
        push    $1
        call    swap
        add     $4, %esp
        push    $3
        call    swap
        add     $4, %esp

        /*      Left by a jump, and called again from the same place. */
        mov     $2, %ecx
again:
        push    %ecx
        call    leave_by_jump
back:
        pop     %ecx
        pop     %ecx
        dec     %ecx
        jnz     again

        push    $7
        push    $8
        call    popper
        call    nothing

        push    $0
        call    tail
        add     $4, %esp

        push    $list
        mov     $3, %ecx
        call    alloc_list
        mov     $2, %edx
        mov     $list + 4, %ecx
        call    free_list
        mov     $0, %ecx
        call    alloc_list
        mov     $0, %edx
        call    free_list
        exit_run

fact:
        mov     4(%esp), %eax
        cmp     $1, %eax
        jbe     1f
        dec     %eax
        push    %eax
        call    fact
        add     $4, %esp
        mull    4(%esp)
1:      ret

/* Run on the other stack until that one comes here; returns its argument
 * times 16. */
swap:
        xchg    %esp, parked
        jmp     *resume
resume_here:
        mov     4(%esp), %eax
        shl     $4, %eax
        ret
other:
        push    $2
        movl    $resume_here, resume
        call    swap
        push    $4
        call    swap           /* never comes back */

leave_by_jump:
        jmp     back

popper:
        mov     4(%esp), %eax
        ret     $8

nothing:
        ret

/* Leaves its return to the function that it goes on with. */
tail:
        incl    4(%esp)
        jmp     fact

/* Puts 16, 32, ... into the list that is its argument, ECX of them. */
alloc_list:
        mov     4(%esp), %edx
        xor     %eax, %eax
1:      cmp     %ecx, %eax
        je      2f
        inc     %eax
        shl     $4, %eax
        mov     %eax, (%edx)
        shr     $4, %eax
        add     $4, %edx
        jmp     1b
2:      xor     %edx, %edx
        ret

/* Takes EDX of them back, from ECX on. */
free_list:
        movl    $0, (%ecx)
        ret

        .data
resume: .long other
parked: .long 0
list:   .long 0, 0, 0
        .bss
        .balign 8192
        .space  8192
stack_one:
        .space  8192
stack_two:
