/* SPDX-License-Identifier: MIT */
#include "cpu/fetched.h"

#include <string.h>

#include "cpu/decode.h"
#include "trace/codes.h"

/* Code in memory, or NULL: where a device answers, reading has effects. */
static const uint8_t *bytes_at(const struct cpu *cpu, physical_addr physical)
{
    const struct bus *bus = cpu->mmu.bus;
    const enum bus_kind kind = bus_range_at(bus, physical)->kind;

    return kind == BUS_RAM || kind == BUS_ROM ? bus->memory + physical : NULL;
}

/* Bytes from `eip` on that lie below the limit of CS, `most` at most. */
static uint32_t room_at(const struct cpu *cpu, uint32_t eip, uint32_t most)
{
    const uint32_t behind = cpu->segment[CS].limit - eip;

    return behind < most ? behind + 1 : most;
}

/* True if what comes next is entered anew, whatever happens: jumps, calls,
 * returns, INT and HLT, but no INTO. SDM 2D, "One-Byte Opcode Map". */
static bool never_goes_on(uint16_t row)
{
    const bool two_byte = row >> 11 & 1;
    const unsigned reg = row & 7;

    switch (two_byte ? 0 : row >> 3 & 0xff) {
    case 0x9a: /* CALL, far */
    case 0xc2: /* RET */
    case 0xc3:
    case 0xca:
    case 0xcb:
    case 0xcc: /* INT3, INT */
    case 0xcd:
    case 0xcf: /* IRET */
    case 0xe8: /* CALL, JMP */
    case 0xe9:
    case 0xea:
    case 0xeb:
    case 0xf1: /* INT1 */
    case 0xf4: /* HLT, which an interrupt ends */ return true;
    case 0xff: /* CALL, JMP, indirect */ return reg >= 2 && reg <= 5;
    default: return false;
    }
}

/*
 * Length of the instruction at `bytes`, `room` of which may be looked at, or
 * all of them if it does not end there. Says whether the run ends behind it.
 */
static uint32_t take_one(const struct cpu *cpu, const uint8_t *bytes,
                         uint32_t room, bool *ends)
{
    struct insn insn;
    const struct row_form *form = decode_insn(cpu->row_forms, bytes, room,
                                              cpu->mode & MODE_CODE32, &insn);

    *ends = form->status != DECODE_OK || never_goes_on(form->row);
    if (form->status == DECODE_MORE || insn.length > room)
        return room;
    return insn.length;
}

static uint32_t run_size(const struct cpu *cpu, const uint8_t *bytes,
                         uint32_t room)
{
    uint32_t size = 0;
    bool ends = false;

    while (!ends && size < room)
        size += take_one(cpu, bytes + size, room - size, &ends);
    return size;
}

static uint8_t bits_of(const struct cpu *cpu)
{
    return cpu->mode & MODE_CODE32 ? 32 : 16;
}

/* Size of the run that the packet has for the place, if it is this one: where
 * the same bytes are decoded alike, the run ends at the same. Else 0. */
static uint32_t known_size(const struct cpu *cpu, physical_addr physical,
                           const uint8_t *bytes, uint32_t room)
{
    const struct trace_stream *stream = &cpu->trace->stream;
    const struct trace_code *known;

    if (!stream->codes)
        return 0;
    known = trace_codes_find(stream->codes, stream->packet, physical);
    if (!known || known->cut || known->bits != bits_of(cpu) ||
        known->size > room || memcmp(known->code, bytes, known->size) != 0)
        return 0;
    return known->size;
}

void fetched_run(struct cpu *cpu, linear_addr linear)
{
    const uint32_t in_page = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
    const uint32_t room = room_at(cpu, cpu->eip, in_page);
    struct trace_record record = {.event = TRACE_FETCH};
    struct trace_fetch *fetch = &record.fetch;

    fetch->linear = linear;
    fetch->physical = cpu->mmu.code.physical | (linear & PAGE_OFFSET_MASK);
    fetch->bits = bits_of(cpu);
    fetch->code = bytes_at(cpu, fetch->physical);
    if (fetch->code) {
        uint32_t size = known_size(cpu, fetch->physical, fetch->code, room);

        if (!size)
            size = run_size(cpu, fetch->code, room);
        fetch->size = (uint16_t)size;
        fetch->cut = size == room && room < in_page;
    }
    trace_emit(cpu->trace, &record);
}

/* How much of the second page a run takes in that comes from `first`, `before`
 * bytes at the end of the page before. */
static uint32_t next_size(const struct cpu *cpu, const uint8_t *first,
                          uint32_t before, const uint8_t *second)
{
    const uint32_t room = room_at(cpu, cpu->eip + before, PAGE_SIZE);
    uint8_t bytes[INSN_LENGTH_MAX + 1];
    uint32_t length = before + room;
    bool ends;

    if (length > sizeof bytes)
        length = sizeof bytes;
    memcpy(bytes, first, before);
    memcpy(bytes + before, second, length - before);
    length = take_one(cpu, bytes, length, &ends);
    length = length > before ? length - before : 0;
    return ends ? length
                : length + run_size(cpu, second + length, room - length);
}

static void record_next(struct cpu *cpu, linear_addr page,
                        physical_addr physical)
{
    const uint32_t before = PAGE_SIZE - (physical & PAGE_OFFSET_MASK);
    const uint8_t *first = bytes_at(cpu, physical);
    struct trace_record record = {.event = TRACE_FETCH};
    struct trace_fetch *fetch = &record.fetch;

    fetch->linear = page;
    fetch->physical = cpu->mmu.code.physical;
    fetch->next = true;
    fetch->cut = true; /* and depends on the page before */
    fetch->bits = bits_of(cpu);
    fetch->code = bytes_at(cpu, fetch->physical);
    if (first && fetch->code && before <= INSN_LENGTH_MAX)
        fetch->size = (uint16_t)next_size(cpu, first, before, fetch->code);
    trace_emit(cpu->trace, &record);
}

bool fetched_next(struct cpu *cpu, linear_addr page, physical_addr physical)
{
    if (!mmu_fetch(&cpu->mmu, page, cpu_privilege(cpu), &cpu->fault))
        return false;
    if (trace_wants(cpu->trace, TRACE_FETCH))
        record_next(cpu, page, physical);
    return true;
}
