/* SPDX-License-Identifier: MIT */
/*
 * Two boot sectors. With -DMBR the first sector of a disk: it moves aside,
 * finds the active partition and loads that one's first sector by LBA. Else
 * that sector, or a floppy disk's: it tells on COM1 which drive it came from,
 * writes a sector by head and track, reads it back, and leaves with 33 if it
 * is the same.
 */
    .code16
    .globl _start

#ifdef MBR
    .set MOVED, 0x600 - 0x7c00

_start:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    cld
    movw $0x7c00, %si
    movw $0x0600, %di
    movw $256, %cx
    rep movsw
    ljmp $0, $moved + MOVED
moved:
    movw $0x600 + 0x1be, %si
1:  cmpb $0x80, (%si)
    je 2f
    addw $16, %si
    cmpw $0x600 + 0x1fe, %si
    jb 1b
    int $0x18
2:  movl 8(%si), %eax
    movl %eax, sector + MOVED
    movw $packet + MOVED, %si
    movb $0x42, %ah
    int $0x13
    jc 3f
    ljmp $0, $0x7c00
3:  hlt
    jmp 3b
packet:
    .byte 16, 0
    .word 1, 0x7c00, 0
sector:
    .long 0, 0

    .org 0x1be
    .byte 0x80, 1, 1, 0, 0x83, 0xff, 0xff, 0xff
    .long 63, 1000
    .org 0x1fe
#else
_start:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    cld
    movb %dl, drive
    movw $0x3f8, %dx
    movb $'A', %al
    testb $0x80, drive
    jz 1f
    movb $'C', %al
1:  outb %al, %dx
    movw $0x2000, %di
    movw $0x5a5a, %ax
    movw $256, %cx
    rep stosw
    movb drive, %dl
    movb $1, %dh
    movw $0x0005, %cx           /* track 0, head 1, sector 5 */
    movw $0x2000, %bx
    movw $0x0301, %ax
    int $0x13
    jc 2f
    movw $0x3000, %bx
    movw $0x0201, %ax
    int $0x13
    jc 2f
    movw $0x2000, %si
    movw $0x3000, %di
    movw $256, %cx
    repe cmpsw
    jne 2f
    movb $16, %al
    outb %al, $0xf4
2:  hlt
    jmp 2b
drive:
    .byte 0
    .org 0x1fe
#endif
    .byte 0x55, 0xaa
