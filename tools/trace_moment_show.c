/* SPDX-License-Identifier: MIT */
#include "tools/trace_moment.h"
#include "trace/names.h"

enum { SHOWN = 16 }; /* entries of each TLB */

/* What a state is made of, and the events that tell of its changes: all of
 * them as `--events` takes them, or NULL where none do. */
enum part { PART_MODE, PART_CR0, PART_CR2, PART_CR4, PART_TLB, PART_REGISTERS };

static const struct {
    const char *events;
    uint32_t told_by;
} parts[] = {
    [PART_MODE] = {"mode", 1u << TRACE_MODE},
    [PART_CR0] = {"cr", 1u << TRACE_CR},
    [PART_CR2] = {"fault,cr", 1u << TRACE_FAULT | 1u << TRACE_CR},
    [PART_CR4] = {"cr", 1u << TRACE_CR},
    [PART_TLB] = {"tlb", 1u << TRACE_TLB},
    [PART_REGISTERS] = {NULL, 0},
};

enum { PART_COUNT = sizeof parts / sizeof parts[0] };

static bool is_told(const struct trace_moment *moment, enum part part)
{
    const uint32_t events = parts[part].told_by;

    return moment->at_head || (events && (moment->told & events) == events);
}

static bool knows_slots(const struct trace_moment *moment)
{
    return moment->has_slots && !moment->unsure && is_told(moment, PART_TLB);
}

static void show_registers(FILE *file, const struct trace_state *state)
{
    static const char *const names[TRACE_STATE_REGISTERS] = {
        "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};

    (void)fprintf(file, "eflags %08x, A20 %s\n     ", state->eflags,
                  state->a20 ? "open" : "masked");
    for (unsigned i = 0; i < TRACE_STATE_REGISTERS; i++)
        (void)fprintf(file, " %s %08x", names[i], state->registers[i]);
}

static void show_part(FILE *file, const struct trace_moment *moment,
                      enum part part)
{
    const struct trace_state *state = &moment->state;

    switch (part) {
    case PART_MODE: (void)fputs(processor_mode_name(moment->mode), file); break;
    case PART_CR0: (void)fprintf(file, "cr0 %08x", state->cr0); break;
    case PART_CR2: (void)fprintf(file, "cr2 %08x", state->cr2); break;
    case PART_CR4: (void)fprintf(file, "cr4 %08x", state->cr4); break;
    case PART_TLB:
        (void)fprintf(file, "%u entries in the TLB%s", moment->valid,
                      moment->unsure ? ", which it kept at a flush is not "
                                       "known (--events walk)"
                                     : "");
        break;
    case PART_REGISTERS:
    default: show_registers(file, state); break;
    }
}

/* The parts that are told, or those that are not, with what would tell. */
static void show_parts(FILE *file, const char *before,
                       const struct trace_moment *moment, bool told)
{
    const char *between = before;

    for (unsigned i = 0; i < PART_COUNT; i++) {
        if (is_told(moment, (enum part)i) != told)
            continue;
        (void)fputs(between, file);
        show_part(file, moment, (enum part)i);
        if (!told && parts[i].events)
            (void)fprintf(file, " (--events %s)", parts[i].events);
        between = ", ";
    }
    (void)fputc('\n', file);
}

void trace_moment_show(FILE *file, const struct trace_moment *moment)
{
    bool any = false;

    for (unsigned i = 0; i < PART_COUNT; i++)
        any |= is_told(moment, (enum part)i);
    if (any)
        show_parts(file, "    ", moment, true);
    if (moment->at_head)
        return;
    (void)fprintf(file, "    as of tick %llu, and not recorded since: ",
                  (unsigned long long)moment->head);
    show_parts(file, "", moment, false);
}

/* --- TLBs --- */

/* True if a bank of the same shape holds the entry, in the same set. */
static bool holds(const struct slot_bank *bank, const struct slot *slot,
                  uint32_t set)
{
    for (uint32_t way = 0; way < bank->ways; way++) {
        const struct slot *other = &bank->slot[set * bank->ways + way];

        if (other->valid && other->linear == slot->linear &&
            other->physical == slot->physical)
            return true;
    }
    return false;
}

static bool have_one_shape(const struct trace_slots *one,
                           const struct trace_slots *other)
{
    for (unsigned i = 0; i < SLOT_BANKS; i++) {
        if (one->bank[i].sets != other->bank[i].sets ||
            one->bank[i].ways != other->bank[i].ways)
            return false;
    }
    return true;
}

static void show_slot(FILE *file, const char *mark, unsigned number,
                      const struct slot_bank *bank, uint32_t at)
{
    static const char *const names[SLOT_BANKS] = {"data", "data, large", "code",
                                                  "code, large"};
    const struct slot *slot = &bank->slot[at];

    (void)fprintf(file, "%s TLB %s %08x -> %08x%s set %u way %u\n", mark,
                  names[number], slot->linear, slot->physical,
                  slot->global ? " global" : "", at / bank->ways,
                  at % bank->ways);
}

static void show_only(FILE *file, const char *mark,
                      const struct trace_slots *slots,
                      const struct trace_slots *others)
{
    unsigned count = 0;

    for (unsigned i = 0; i < SLOT_BANKS; i++) {
        const struct slot_bank *bank = &slots->bank[i];

        for (uint32_t at = 0; bank->valid && at < bank->sets * bank->ways;
             at++) {
            const struct slot *slot = &bank->slot[at];

            if (!slot->valid || holds(&others->bank[i], slot, at / bank->ways))
                continue;
            if (count++ < SHOWN)
                show_slot(file, mark, i, bank, at);
        }
    }
    if (count > SHOWN)
        (void)fprintf(file, "%s TLB: %u more\n", mark, count - SHOWN);
}

void trace_moment_show_tlbs(FILE *file, const struct trace_moment *one,
                            const struct trace_moment *other)
{
    if (!knows_slots(one) || !knows_slots(other) ||
        !have_one_shape(&one->slots, &other->slots))
        return;
    show_only(file, "-", &one->slots, &other->slots);
    show_only(file, "+", &other->slots, &one->slots);
}
