/* SPDX-License-Identifier: MIT */
#include "tests/host/host32.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

/* Linux's user segments, the same on every x86-64. */
enum { CODE32 = 0x23 };

/* The area's first page, which 32-bit and 64-bit code share. */
struct control {
    uint64_t stack;    /* of the 64-bit caller, see the assembly below */
    uint64_t way_back; /* where its code goes on */
    uint32_t entry;    /* far pointer to the 32-bit code */
    uint16_t entry_code;
    uint16_t unused;
    uint32_t in[9]; /* as POPA and POPF take them */
    uint32_t in_stack;
    uint32_t out[9];
    uint32_t out_stack;
    uint32_t taken;
};

enum {
    STUB = HOST32_AREA + 0x1000,
    LEAVE = HOST32_AREA + 0x1080,
    BACK64 = HOST32_AREA + 0x2000,
    ALTERNATE_STACK = 65536,
    POPA_WORDS = 8
};

/* Signals are the process's: so is what waits for them. */
static sigjmp_buf way_out;
static ucontext_t context;
static uint8_t alternate_stack[ALTERNATE_STACK];

void host32_enter(void);

/* HOST32_AREA is 0x600000, and these are the offsets in struct control. */
__asm__(".text\n"
        "host32_enter:\n\t"
        "push %rbx\n\tpush %rbp\n\tpush %r12\n\t"
        "push %r13\n\tpush %r14\n\tpush %r15\n\tpushfq\n\t"
        "mov %rsp, 0x600000\n\t"
        "lea 1f(%rip), %rax\n\t"
        "mov %rax, 0x600008\n\t"
        "mov $0x2b, %eax\n\t"
        "mov %eax, %ds\n\t"
        "mov %eax, %es\n\t"
        "ljmp *0x600010\n"
        "1:\n\t"
        "popfq\n\tpop %r15\n\tpop %r14\n\tpop %r13\n\t"
        "pop %r12\n\tpop %rbp\n\tpop %rbx\n\t"
        "ret\n");

static struct control *control(void)
{
    return (struct control *)(void *)host32_memory(HOST32_AREA);
}

static uint32_t address_of(const void *field)
{
    return (uint32_t)(uintptr_t)field;
}

static void caught(int number, siginfo_t *info, void *where)
{
    (void)number;
    (void)info;
    memcpy(&context, where, sizeof context);
    siglongjmp(way_out, 1);
}

static void catch_signals(void)
{
    static const int signals[] = {SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGBUS};
    const stack_t stack = {.ss_sp = alternate_stack,
                           .ss_size = sizeof alternate_stack};
    struct sigaction action = {.sa_flags =
                                   SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    action.sa_sigaction = caught;
    (void)sigaltstack(&stack, NULL);
    for (unsigned i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)sigaction(signals[i], &action, NULL);
}

/* --- Code in the area --- */

struct writer {
    uint8_t *at;
};

static void bytes(struct writer *writer, unsigned count, const char *code)
{
    memcpy(writer->at, code, count);
    writer->at += count;
}

static void word(struct writer *writer, uint32_t value)
{
    memcpy(writer->at, &value, sizeof value);
    writer->at += sizeof value;
}

static void jump(struct writer *writer, uint32_t target)
{
    bytes(writer, 1, "\xe9");
    word(writer, target - (address_of(writer->at) + 4));
}

/* Registers from `in`; then the instruction. */
static void write_stub(struct control *shared)
{
    struct writer writer = {host32_memory(STUB)};

    bytes(&writer, 1, "\xbc"); /* mov esp, in */
    word(&writer, address_of(shared->in));
    bytes(&writer, 2, "\x61\x9d"); /* popa; popf */
    bytes(&writer, 2, "\x8b\x25"); /* mov esp, [in_stack] */
    word(&writer, address_of(&shared->in_stack));
    jump(&writer, HOST32_CODE);
}

/* Registers to `out`, and back to 64 bits. */
static void write_leave(struct control *shared)
{
    struct writer writer = {host32_memory(LEAVE)};

    bytes(&writer, 2, "\x89\x25"); /* mov [out_stack], esp */
    word(&writer, address_of(&shared->out_stack));
    bytes(&writer, 1, "\xbc"); /* mov esp, end of out */
    word(&writer, address_of(&shared->out_stack));
    bytes(&writer, 4, "\x9c\x60\xfc\xea"); /* pushf; pusha; cld; ljmp */
    word(&writer, BACK64);
    bytes(&writer, 2, "\x33\x00");
}

static void write_back(struct control *shared)
{
    struct writer writer = {host32_memory(BACK64)};

    bytes(&writer, 4, "\x48\x8b\x24\x25"); /* mov rsp, [stack] */
    word(&writer, address_of(&shared->stack));
    bytes(&writer, 3, "\xff\x24\x25"); /* jmp [way_back] */
    word(&writer, address_of(&shared->way_back));
}

static void write_target(struct control *shared)
{
    struct writer writer = {host32_memory(HOST32_TARGET)};

    bytes(&writer, 2, "\xc7\x05"); /* mov dword [taken], 1 */
    word(&writer, address_of(&shared->taken));
    word(&writer, 1);
    jump(&writer, LEAVE);
}

/* --- Running --- */

/* In the order of PUSHA, lowest address first. */
static const uint8_t popa_order[POPA_WORDS] = {7, 6, 5, 4, 3, 2, 1, 0};

static void take_signal(struct host32_state *state)
{
    static const int order[8] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX,
                                 REG_RSP, REG_RBP, REG_RSI, REG_RDI};
    const greg_t *gregs = context.uc_mcontext.gregs;

    for (unsigned i = 0; i < 8; i++)
        state->gpr[i] = (uint32_t)gregs[order[i]];
    state->eflags = (uint32_t)gregs[REG_EFL];
    state->vector = (int)gregs[REG_TRAPNO];
    state->taken = false;
}

static void take_result(const struct control *shared,
                        struct host32_state *state)
{
    for (unsigned i = 0; i < POPA_WORDS; i++)
        state->gpr[popa_order[i]] = shared->out[i];
    state->gpr[4] = shared->out_stack;
    state->eflags = shared->out[POPA_WORDS];
    state->vector = HOST32_NO_VECTOR;
    state->taken = shared->taken;
}

void host32_run(const uint8_t *code, size_t length, struct host32_state *state)
{
    struct control *shared = control();
    struct writer writer = {host32_memory(HOST32_CODE)};

    memcpy(writer.at, code, length);
    writer.at += length;
    jump(&writer, LEAVE);
    for (unsigned i = 0; i < POPA_WORDS; i++)
        shared->in[i] = state->gpr[popa_order[i]];
    shared->in[POPA_WORDS] = state->eflags;
    shared->in_stack = state->gpr[4];
    shared->taken = 0;
    if (sigsetjmp(way_out, 0) == 0) {
        host32_enter();
        take_result(shared, state);
    } else {
        take_signal(state);
    }
}

const char *host32_init(void)
{
    struct control *shared = control();
    struct host32_state state = {.eflags = 2};
    const uint8_t increment = 0x40; /* inc eax; in 64 bits a prefix */
    void *area =
        mmap(shared, HOST32_AREA_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (area != shared)
        return "the memory at 6 MiB is taken";
    catch_signals();
    shared->entry = STUB;
    shared->entry_code = CODE32;
    write_stub(shared);
    write_leave(shared);
    write_back(shared);
    write_target(shared);
    host32_run(&increment, 1, &state);
    if (state.vector != HOST32_NO_VECTOR || state.gpr[0] != 1)
        return "the kernel has no 32-bit user code";
    return NULL;
}
