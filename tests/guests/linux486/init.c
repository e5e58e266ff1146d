/* SPDX-License-Identifier: MIT */
/*
 * The only program of the small Linux: loads /pagemem.ko and says so. Without
 * a library, by system calls alone.
 */

enum {
    SYS_READ = 3,
    SYS_WRITE = 4,
    SYS_OPEN = 5,
    SYS_PAUSE = 29,
    SYS_INIT_MODULE = 128,
    MODULE_MAX = 1 << 20,
    CONSOLE = 1
};

static char module[MODULE_MAX];

static long system_call(long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c)
                     : "memory");
    return result;
}

static void say(const char *text)
{
    long length = 0;

    while (text[length])
        length++;
    system_call(SYS_WRITE, CONSOLE, (long)text, length);
}

/* The kernel was told not to use the x87, so it computes this by itself. */
static int square_of_root(int number)
{
    int result;

    __asm__ volatile("fildl %1\n\t"
                     "fsqrt\n\t"
                     "fmul %%st, %%st\n\t"
                     "fistpl %0"
                     : "=m"(result)
                     : "m"(number));
    return result;
}

/* Bytes read into `module`. */
static long read_module(void)
{
    const long file = system_call(SYS_OPEN, (long)"/pagemem.ko", 0, 0);
    long size = 0;
    long got;

    while (size < MODULE_MAX &&
           (got = system_call(SYS_READ, file, (long)(module + size),
                              MODULE_MAX - size)) > 0)
        size += got;
    return size;
}

void _start(void);

void _start(void)
{
    const long size = read_module();

    say("init: hello from user space\n");
    if (system_call(SYS_INIT_MODULE, (long)module, size, (long)"") == 0)
        say("init: the module is loaded\n");
    else
        say("init: the module was refused\n");
    say(square_of_root(1000) == 1000 ? "init: the x87 is emulated\n"
                                     : "init: the x87 is wrong\n");
    for (;;)
        system_call(SYS_PAUSE, 0, 0, 0);
}
