/* SPDX-License-Identifier: MIT */
#include "cpu/insn/stack.h"

bool stack_push(struct cpu *cpu, enum width width, uint32_t value)
{
    const uint32_t size = (uint32_t)width / 8;
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffffu;
    const uint32_t top = (cpu->gpr[ESP] - size) & mask;

    TRY(cpu_write(cpu, SS, top, size, value));
    cpu_set_stack_pointer(cpu, top);
    return true;
}

/* PUSH: the source goes to the stack, below ESP. PUSH ESP pushes the old
 * value. SDM 2B, "PUSH". */
static ALWAYS_INLINE bool push_body(struct cpu *cpu, const struct insn *insn,
                                    const struct form form)
{
    struct place top;
    uint32_t src;

    TRY(src_read(cpu, insn, form, &src));
    if (form.path == PATH_FULL)
        return stack_push(cpu, (enum width)form.width, src);
    TRY(linear_open(cpu, insn, form, cpu->gpr[ESP] - 4, ACCESS_WRITE, &top));
    place_write(cpu, form, &top, src);
    cpu->gpr[ESP] -= 4;
    return true;
}

bool op_push(struct cpu *cpu, const struct insn *insn)
{
    return push_body(cpu, insn, form_of(insn));
}

#define FORMS_PUSH(X, name, body, bits)  \
    X(name, body, bits, NONE, REGISTER)  \
    X(name, body, bits, NONE, IMMEDIATE) \
    X(name, body, bits, NONE, MEMORY)    \
    X(name, body, bits, NONE, INDEXED)
SPECIALISE_32(push, push_body, FORMS_PUSH)

/* POP into memory: its address is formed with ESP already moved, and ESP is
 * put back if the write faults. SDM 2B, "POP". */
static bool pop_full(struct cpu *cpu, const struct insn *insn,
                     const struct form form)
{
    const uint32_t size = form.width / 8u;
    const uint32_t old = cpu->gpr[ESP];
    const uint32_t top = cpu_stack_pointer(cpu);
    struct place dest;
    uint32_t value;

    TRY(cpu_read(cpu, SS, top, size, &value));
    cpu_set_stack_pointer(cpu, top + size);
    if (!dest_open(cpu, insn, form, ACCESS_WRITE, &dest)) {
        cpu->gpr[ESP] = old;
        return false;
    }
    place_write(cpu, form, &dest, value);
    return true;
}

static ALWAYS_INLINE bool pop_body(struct cpu *cpu, const struct insn *insn,
                                   const struct form form)
{
    struct place top;
    uint32_t value;

    if (form.path == PATH_FULL)
        return pop_full(cpu, insn, form);
    TRY(linear_open(cpu, insn, form, cpu->gpr[ESP], ACCESS_READ, &top));
    value = place_read(cpu, form, &top);
    cpu->gpr[ESP] += 4;
    host_write(cpu->gpr_bytes + insn->dest, WIDTH_32, value);
    return true;
}

bool op_pop(struct cpu *cpu, const struct insn *insn)
{
    return pop_body(cpu, insn, form_of(insn));
}

#define FORMS_POP(X, name, body, bits) X(name, body, bits, REGISTER, NONE)
SPECIALISE_32(pop, pop_body, FORMS_POP)

/* The registers one by one, from EAX down the stack. All places are opened
 * before one is written. */
static bool push_registers(struct cpu *cpu, uint32_t size, uint32_t mask)
{
    const uint32_t top = cpu->gpr[ESP];
    struct place place[GPR_COUNT];

    for (unsigned i = 0; i < GPR_COUNT; i++)
        TRY(cpu_open(cpu, SS, (top - (i + 1) * size) & mask, size, ACCESS_WRITE,
                     &place[i]));
    for (unsigned i = 0; i < GPR_COUNT; i++)
        memory_place_write(&cpu->mmu, &place[i].memory, size, cpu->gpr[i]);
    return true;
}

/* Host address of all eight, where one look does for them. */
static ALWAYS_INLINE uint8_t *words(struct cpu *cpu, const struct insn *insn,
                                    const struct form form, uint32_t offset,
                                    enum access access)
{
    const uint32_t size = form.width / 8u;

    if (form.path == PATH_RECORDED)
        return stack_words_recorded(cpu, insn, offset, size, GPR_COUNT, access);
    return stack_words(cpu, offset, size, GPR_COUNT, access);
}

/* PUSHA: the eight registers, ESP as it was. SDM 2B, "PUSHA/PUSHAD". */
static ALWAYS_INLINE bool pusha_body(struct cpu *cpu, const struct insn *insn,
                                     const struct form form)
{
    const uint32_t size = form.width / 8u;
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffffu;
    const uint32_t bottom = cpu->gpr[ESP] - GPR_COUNT * size;
    uint8_t *host = words(cpu, insn, form, bottom & mask, ACCESS_WRITE);

    if (LIKELY(host)) {
        for (unsigned i = 0; i < GPR_COUNT; i++)
            bytes_store(host + (GPR_COUNT - 1 - i) * size, size, cpu->gpr[i]);
    } else {
        TRY(form.path == PATH_FULL && push_registers(cpu, size, mask));
    }
    cpu_set_stack_pointer(cpu, bottom);
    return true;
}

bool op_pusha(struct cpu *cpu, const struct insn *insn)
{
    return pusha_body(cpu, insn, form_of(insn));
}

SPECIALISE_32(pusha, pusha_body, FORMS_NONE)

/* The same back, one by one. */
static bool pop_registers(struct cpu *cpu, uint32_t size, uint32_t mask)
{
    uint32_t value[GPR_COUNT];

    for (unsigned i = 0; i < GPR_COUNT; i++)
        TRY(cpu_read(cpu, SS,
                     (cpu->gpr[ESP] + (GPR_COUNT - 1 - i) * size) & mask, size,
                     &value[i]));
    for (unsigned i = 0; i < GPR_COUNT; i++) {
        if (i != ESP)
            cpu_set_register(cpu, i, (enum width)(size * 8), value[i]);
    }
    return true;
}

/* POPA: the same back; the value for ESP is passed over. SDM 2B,
 * "POPA/POPAD". */
static ALWAYS_INLINE bool popa_body(struct cpu *cpu, const struct insn *insn,
                                    const struct form form)
{
    const uint32_t size = form.width / 8u;
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffffu;
    const uint32_t top = cpu->gpr[ESP];
    const uint8_t *host = words(cpu, insn, form, top & mask, ACCESS_READ);

    if (LIKELY(host)) {
        for (unsigned i = 0; i < GPR_COUNT; i++) {
            if (i != ESP)
                bytes_store(
                    cpu->gpr_bytes + 4 * i, size,
                    bytes_load(host + (GPR_COUNT - 1 - i) * size, size));
        }
    } else {
        TRY(form.path == PATH_FULL && pop_registers(cpu, size, mask));
    }
    cpu_set_stack_pointer(cpu, top + GPR_COUNT * size);
    return true;
}

bool op_popa(struct cpu *cpu, const struct insn *insn)
{
    return popa_body(cpu, insn, form_of(insn));
}

SPECIALISE_32(popa, popa_body, FORMS_NONE)

enum { ENTER_LEVELS = 32 };

/* What ENTER touches: pushed are EBP, the enclosing levels' frame pointers,
 * which are read from the old frame, and the new frame's own. */
struct display {
    struct place old[ENTER_LEVELS];
    struct place pushed[ENTER_LEVELS];
    unsigned level;
};

/* The new top of the stack, `room` bytes below, must be writable too. */
static bool display_open(struct cpu *cpu, uint32_t size, uint32_t room,
                         struct display *display)
{
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffffu;
    const unsigned level = display->level;
    uint32_t top = cpu_stack_pointer(cpu);
    struct place last;

    for (unsigned i = 0; i <= level; i++) {
        if (i > 0 && i < level)
            TRY(cpu_open(cpu, SS, (cpu->gpr[EBP] - i * size) & mask, size,
                         ACCESS_READ, &display->old[i]));
        top = (top - size) & mask;
        TRY(cpu_open(cpu, SS, top, size, ACCESS_WRITE, &display->pushed[i]));
    }
    return cpu_open(cpu, SS, (top - room) & mask, size, ACCESS_WRITE, &last);
}

/* In order: the old frame may lie where the new one is built. */
static void display_write(struct cpu *cpu, const struct form form,
                          uint32_t frame, struct display *display)
{
    const unsigned level = display->level;

    place_write(cpu, form, &display->pushed[0], cpu->gpr[EBP]);
    for (unsigned i = 1; i < level; i++)
        place_write(cpu, form, &display->pushed[i],
                    place_read(cpu, form, &display->old[i]));
    if (level > 0)
        place_write(cpu, form, &display->pushed[level], frame);
}

/* ENTER: EBP pushed, the display copied, room made. SDM 2A, "ENTER". */
bool op_enter(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t size = insn->width / 8u;
    struct display display;
    uint32_t frame;

    display.level = insn->displacement % ENTER_LEVELS;
    TRY(display_open(cpu, size, insn->immediate, &display));
    cpu_set_stack_pointer(cpu, cpu_stack_pointer(cpu) - size);
    frame = cpu->gpr[ESP];
    display_write(cpu, form_of(insn), frame, &display);
    cpu_set_stack_pointer(cpu, frame - display.level * size - insn->immediate);
    cpu_set_register(cpu, EBP, (enum width)insn->width, frame);
    return true;
}

/* LEAVE: ESP = EBP; EBP popped. SDM 2A, "LEAVE". */
static ALWAYS_INLINE bool leave_body(struct cpu *cpu, const struct insn *insn,
                                     const struct form form)
{
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffffu;
    const uint32_t frame = cpu->gpr[EBP];
    struct place saved;
    uint32_t value;

    if (form.path == PATH_FULL) {
        TRY(cpu_read(cpu, SS, frame & mask, form.width / 8u, &value));
        cpu_set_stack_pointer(cpu, frame + form.width / 8u);
        cpu_set_register(cpu, EBP, (enum width)form.width, value);
        return true;
    }
    TRY(linear_open(cpu, insn, form, frame, ACCESS_READ, &saved));
    cpu->gpr[ESP] = frame + 4;
    cpu->gpr[EBP] = place_read(cpu, form, &saved);
    return true;
}

bool op_leave(struct cpu *cpu, const struct insn *insn)
{
    return leave_body(cpu, insn, form_of(insn));
}

SPECIALISE_32(leave, leave_body, FORMS_NONE)
