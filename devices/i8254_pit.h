/* SPDX-License-Identifier: MIT */
/*
 * 8254 programmable interval timer: three 16-bit counters on one clock.
 * Nothing happens per clock pulse: a counter is brought up to the present
 * when somebody looks, and the clock's queue holds one event, for the next
 * change of counter 0's output.
 *
 *   in    control words and counts by four ports, GATE pins, virtual time
 *   out   counts and status; OUT 0 as a line, OUT of the others when asked
 *
 * "8254 Programmable Interval Timer" data sheet.
 */
#ifndef DEVICES_I8254_PIT_H
#define DEVICES_I8254_PIT_H

#include "bus/clock.h"
#include "bus/irq.h"

enum { I8254_COUNTERS = 3, I8254_HERTZ = 1193182 };

struct i8254_counter {
    uint8_t control; /**< RW, mode and BCD of the control word */
    bool gate;
    bool out;
    /** Count as a number, also in BCD: 0 to 65536, or to 10000. */
    uint32_t value;
    uint32_t reload;      /**< count register, 1 to 65536 or 10000 */
    bool has_reload;      /**< a count was written since the control word */
    bool loaded;          /**< and was taken over into the counting element */
    bool load_next_pulse; /**< the next clock pulse takes it over */
    bool odd;             /**< mode 3: the count taken over was odd */
    bool armed;           /**< modes 1, 4, 5: the end of count is awaited */
    bool halted;          /**< mode 0: between the two bytes of a count */
    bool null_count;
    bool write_high_next; /**< the second byte of a count is due */
    bool read_high_next;
    uint8_t written_low; /**< first byte of the count being written */
    bool status_latched;
    uint8_t latched_status;
    bool count_latched;
    uint16_t latched_count; /**< as the guest reads it */
};

struct i8254_pit {
    struct i8254_counter counter[I8254_COUNTERS];
    uint64_t pulses; /**< clock pulses that the counters have seen */
    bool out0;       /**< level last driven on `output` */
    struct clock *clock;
    struct clock_event edge; /**< next change of OUT 0 */
    struct irq_line output;  /**< where OUT 0 goes */
};

/** Fill in. The gates of counters 0 and 1 are tied high. */
void i8254_pit_init(struct i8254_pit *pit, struct clock *clock,
                    struct irq_line output);

/** The state of power-on; the chip has no RESET pin. */
void i8254_pit_reset(struct i8254_pit *pit);

/** Counters at offsets 0 to 2, the control word register at 3. */
uint32_t i8254_pit_read(void *context, uint32_t offset, unsigned size);
void i8254_pit_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value);

/** Drive the GATE pin of counter `index`. */
void i8254_pit_set_gate(struct i8254_pit *pit, unsigned index, bool level);

/** Level of the OUT pin of counter `index`, now. */
bool i8254_pit_out(struct i8254_pit *pit, unsigned index);

#endif
