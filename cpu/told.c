/* SPDX-License-Identifier: MIT */
#include "cpu/told.h"

#include "cpu/stand_in.h"

/* Handler: the store is over. */
static const struct insn *insn_pause(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
    return NULL;
}

/* With the page open to it the handler cannot fail: it has no other operand in
 * memory. */
void told_store(struct cpu *cpu, const struct insn *insn, linear_addr linear,
                uint32_t size)
{
    struct bus *bus = cpu->mmu.bus;
    struct fast_entry *entry = &cpu->mmu.fast[fast_place(linear)];
    const physical_addr physical =
        (physical_addr)(fast_host(entry, linear) - bus->memory);
    const struct stand_in pause = stand_in(cpu->blocks, insn + 1, insn_pause);

    cpu->current = insn;
    bus_announce(bus, BUS_CPU, physical, size);
    entry->write_page = entry->told_page;
    (void)insn->execute(cpu, insn);
    entry->write_page = FAST_EMPTY;
    stand_in_end(&pause);
    bus_changed(bus, BUS_CPU, physical, size);
}
