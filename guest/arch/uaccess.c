/* SPDX-License-Identifier: MIT */
#include "arch/uaccess.h"

#include "arch/cpu.h"
#include "mm/mm.h"

/* The kernel's part is not for users to name. */
static bool access_ok(unsigned long address, size_t size)
{
    return size <= TASK_SIZE && address <= TASK_SIZE - size;
}

/*
 * REP MOVSB restarts where it faulted, so a page may come in between; if it
 * cannot, ECX holds what is left, and the fix-up goes on behind it.
 */
static bool copy_bytes(unsigned long to, unsigned long from, size_t size)
{
    __asm__ volatile("1:\trep movsb\n"
                     "2:\n\t"
                     ".pushsection __ex_table, \"a\"\n\t"
                     ".balign 4\n\t"
                     ".long 1b, 2b\n\t"
                     ".popsection"
                     : "+D"(to), "+S"(from), "+c"(size)
                     :
                     : "memory");
    return size == 0;
}

/*
 * A 386 lets the kernel write to read-only pages: copy on write would not
 * happen. There each page is made writable first.
 */
static bool make_writable(unsigned long to, size_t size)
{
    return cpu.has_invlpg || size == 0 || fault_in_writable(to, size);
}

bool copy_from_user(void *to, unsigned long from, size_t size)
{
    return access_ok(from, size) && copy_bytes((unsigned long)to, from, size);
}

bool copy_to_user(unsigned long to, const void *from, size_t size)
{
    return access_ok(to, size) && make_writable(to, size) &&
           copy_bytes(to, (unsigned long)from, size);
}

bool clear_user(unsigned long to, size_t size)
{
    static const char zeros[64];

    while (size > 0) {
        const size_t part = size < sizeof(zeros) ? size : sizeof(zeros);

        if (!copy_to_user(to, zeros, part))
            return false;
        to += part;
        size -= part;
    }
    return true;
}

bool strncpy_from_user(char *to, unsigned long from, size_t size)
{
    for (; size > 1; size--, to++, from++) {
        if (!copy_from_user(to, from, 1))
            return false;
        if (*to == 0)
            return true;
    }
    *to = 0;
    return true;
}
