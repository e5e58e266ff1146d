/* SPDX-License-Identifier: MIT */
/*
 * The built-in files. The makefile says where to look for them.
 */
        .macro  image name, path
        .balign 4
        .globl  image_\name
image_\name:
        .incbin "\path"
        .globl  image_\name\()_end
image_\name\()_end:
        .endm

        .section .rodata
        image   answer, "guest/user/answer.elf"
        image   cow, "guest/user/cow.elf"
        image   eater, "guest/user/eater.elf"
        image   hello, "guest/user/hello.elf"
        image   library, "guest/user/library.elf"
        image   libtour, "guest/user/libtour.so"
        image   mapper, "guest/user/mapper.elf"
        image   runner, "guest/user/runner.elf"
        image   segv, "guest/user/segv.elf"
        image   spin, "guest/user/spin.elf"
        image   stack, "guest/user/stack.elf"
        image   text, "guest/user/text.txt"
        image   thread, "guest/user/thread.elf"
        image   zero, "guest/user/zero.elf"

        .section .note.GNU-stack, "", @progbits
