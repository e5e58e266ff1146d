/* SPDX-License-Identifier: MIT */
/*
 * The same work, amid more code, more mapped pages or more memory: what an
 * instruction costs should not depend on them. All fits into 16 MiB of RAM
 * unless frames= asks for more.
 *
 * Command line, besides that of lib.c; all but code= are powers of two:
 *     code=KIB     straight-line code of that size, at most 5 MiB, is run
 *     pages=N      that many pages are mapped beside the identity map
 *     touch=N      instead of code, so many of them are read, at random
 *     frames=N     the page frames that they share
 *
 * An iteration is UNITS pieces of code, or READS reads.
 */
#include "tests/bench/guest/lib.h"

enum {
    UNITS = 65536,
    READS = 65536,
    CODE_BASE = 0x00200000,
    PAGES_BASE = 0x40000000,
    FRAMES_BASE = 0x00e00000,
    FRAMES_LOW = 256,
    SCRATCH = 0x00f80000
};

/* Arithmetic, a store and a load. */
static const u8 work[16] = {
    0x05, 0x35, 0x12, 0x9e, 0x37, /* add eax, 0x379e1235 */
    0x31, 0xc3,                   /* xor ebx, eax */
    0x89, 0x06,                   /* mov [esi], eax */
    0x8b, 0x3e,                   /* mov edi, [esi] */
    0x01, 0xf8,                   /* add eax, edi */
    0xc1, 0xc0, 0x05,             /* rol eax, 5 */
};

/* Two jumps, and bytes that are not run. */
static const u8 jumps[16] = {
    0x85, 0xc0, /* test eax, eax */
    0x74, 0x00, /* jz to the next instruction */
    0xeb, 0x0a, /* jmp to the next unit */
};

/* Work three times and the jumps: 21 instructions. */
enum { UNIT_SIZE = 3 * sizeof work + sizeof jumps };

static const char *words;
static u32 code_units;
static u32 touched;

const char bench_name[] = "growth";
const u32 bench_iters = 512;

static u32 word(const char *key, u32 otherwise)
{
    u32 value = 0;

    for (const char *at = words; *at; at++) {
        u32 length = 0;

        while (key[length] && at[length] == key[length])
            length++;
        if (key[length])
            continue;
        for (at += length; *at >= '0' && *at <= '9'; at++)
            value = value * 10 + (u32)(*at - '0');
        return value;
    }
    return otherwise;
}

static void write_code(void)
{
    u8 *end = (u8 *)CODE_BASE;

    for (u32 i = 0; i < code_units; i++) {
        for (u32 k = 0; k < 3; k++, end += sizeof work)
            memcpy(end, work, sizeof work);
        memcpy(end, jumps, sizeof jumps);
        end += sizeof jumps;
    }
    *end = 0xc3; /* ret */
}

/* Neighbours lie in frames apart from each other, so that no list of the pages
 * can take them together. Frames are written, so that the host has given memory
 * for all of them before time is taken. */
static void map_pages(u32 *directory, u32 pages, u32 frames)
{
    u32 base = frames > FRAMES_LOW ? HEAP_BASE : FRAMES_BASE;

    for (u32 i = 0; i < pages; i++) {
        u32 frame = base + (i * 5 & (frames - 1)) * PAGE;

        *pte_of(directory, PAGES_BASE + i * PAGE, 0) = frame | PTE_P | PTE_W;
        *(volatile u32 *)frame = 0;
    }
}

void bench_setup(void)
{
    u32 *directory = new_directory(0);

    code_units = word("code=", 4) * 1024 / UNIT_SIZE;
    touched = word("touch=", 0);
    write_code();
    map_pages(directory, word("pages=", 0), word("frames=", FRAMES_LOW));
    paging_on(directory);
}

static u32 run_code(u32 value)
{
    u32 entry = CODE_BASE;

    for (u32 done = 0; done < UNITS; done += code_units)
        __asm__ volatile("call *%1"
                         : "+a"(value)
                         : "r"(entry), "S"(SCRATCH)
                         : "ebx", "edi", "memory", "cc");
    return value;
}

static u32 read_pages(u32 value)
{
    for (u32 i = 0; i < READS; i++) {
        value = value * 1664525U + 1013904223U;
        value += *(const volatile u32 *)(PAGES_BASE +
                                         (value >> 8 & (touched - 1)) * PAGE);
    }
    return value;
}

u32 bench_run(u32 iters)
{
    u32 value = 0;

    while (iters-- > 0)
        value = touched ? read_pages(value) : run_code(value);
    return value;
}

/* lib.c keeps no pointer to the command line: the linker leads its kmain
 * through here. */
void __real_kmain(u32 magic, u32 *information);
void __wrap_kmain(u32 magic, u32 *information);
void __wrap_kmain(u32 magic, u32 *information)
{
    words = (const char *)information[4];
    __real_kmain(magic, information);
}
