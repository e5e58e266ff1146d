/* SPDX-License-Identifier: MIT */
/*
 * A guest that shows the letters typed on its keyboard on the text screen, and
 * an asterisk in the upper right corner once the mouse's left button was
 * pressed. Escape leaves by the exit port.
 */
#include "tests/guest/guest.inc"

        .set    SCREEN, 0xb8000
        .set    CORNER, SCREEN + 158
        .set    ATTRIBUTE, 0x1f
        .set    DATA, 0x60
        .set    STATUS, 0x64
        .set    HAS_BYTE, 0x01
        .set    FROM_MOUSE, 0x20
        .set    ESCAPE, 0x01

        multiboot_head
_start:
        cli
        movl    $stack, %esp
        cld
        movw    $0x3d4, %dx             /* no cursor: it would blink */
        movw    $0x200a, %ax
        outw    %ax, %dx
        movb    $0x60, %al              /* command byte: codes of set 1, */
        outb    %al, $STATUS            /* both devices on, no interrupts */
        call    wait_ready
        movb    $0x40, %al
        outb    %al, $DATA
        call    wait_ready
        movb    $0xd4, %al              /* the mouse reports */
        outb    %al, $STATUS
        call    wait_ready
        movb    $0xf4, %al
        outb    %al, $DATA
        movl    $SCREEN, %edi
        movl    $80 * 25, %ecx
        movw    $ATTRIBUTE << 8 | ' ', %ax
        rep stosw
        movl    $SCREEN, %edi
        movl    $-1, %esi               /* byte of the mouse's packet; the */
                                        /* first is its acknowledgement */
next:
        inb     $STATUS, %al
        testb   $HAS_BYTE, %al
        jz      next
        testb   $FROM_MOUSE, %al
        jnz     mouse
        inb     $DATA, %al
        cmpb    $ESCAPE, %al
        je      leave
        cmpb    $letters_end - letters, %al
        jae     next                    /* also all keys that go up */
        movzbl  %al, %eax
        movb    letters(%eax), %al
        testb   %al, %al
        jz      next
        movb    $ATTRIBUTE, %ah
        stosw
        jmp     next

mouse:
        inb     $DATA, %al
        incl    %esi
        jz      next
        cmpl    $1, %esi
        jne     1f
        testb   $0x01, %al
        jz      1f
        movw    $ATTRIBUTE << 8 | '*', CORNER
1:      cmpl    $3, %esi
        jne     next
        xorl    %esi, %esi
        jmp     next

leave:
        movb    $0x10, %al
        outb    %al, $0xf4
        jmp     leave

wait_ready:
        inb     $STATUS, %al
        testb   $0x02, %al
        jnz     wait_ready
        ret

        /* Set 1, from 00 to 39. */
letters:
        .ascii  "\0\0" "1234567890-=" "\0\0" "qwertyuiop[]" "\0\0"
        .ascii  "asdfghjkl;'`" "\0\\" "zxcvbnm,./" "\0*\0 "
letters_end:

        .bss
        .align  16
        .skip   1024
stack:
