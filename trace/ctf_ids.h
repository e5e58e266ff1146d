/* SPDX-License-Identifier: MIT */
/*
 * Events of the packet format, by the first byte of their header. The table
 * in trace/ctf_table.c says what each holds; docs/trace-format.md describes
 * them. A number that was given away is never used for something else.
 */
#ifndef TRACE_CTF_IDS_H
#define TRACE_CTF_IDS_H

enum ctf_id {
    /* What the reader needs: not events of the machine. */
    CTF_STATE, /**< the machine, whole: first in every packet */
    CTF_PLACE, /**< EIP, CR3 and CPL of the events that follow */
    CTF_MAP,   /**< where accesses to a linear page go from now on */
    CTF_END,   /**< the recorder was closed */
    /* Data accesses, by size; then others, with a size. */
    CTF_READ_1,
    CTF_READ_2,
    CTF_READ_4,
    CTF_READ_8,
    CTF_WRITE_1,
    CTF_WRITE_2,
    CTF_WRITE_4,
    CTF_WRITE_8,
    CTF_READ,
    CTF_WRITE,
    /* The same with the value. */
    CTF_READ_1_VALUE,
    CTF_READ_2_VALUE,
    CTF_READ_4_VALUE,
    CTF_READ_8_VALUE,
    CTF_WRITE_1_VALUE,
    CTF_WRITE_2_VALUE,
    CTF_WRITE_4_VALUE,
    CTF_WRITE_8_VALUE,
    CTF_READ_VALUE,
    CTF_WRITE_VALUE,
    CTF_TLB_MISS,
    CTF_TLB_MISS_CODE,
    CTF_TLB_FILL,
    CTF_TLB_FILL_CODE,
    CTF_TLB_EVICT,
    CTF_TLB_EVICT_CODE,
    CTF_TLB_HIT,
    CTF_TLB_HIT_CODE,
    CTF_TLB_FLUSH,
    CTF_TLB_FLUSH_PAGE,
    CTF_WALK,           /**< through a PDE and a PTE */
    CTF_WALK_LARGE,     /**< to a PDE that maps a large page */
    CTF_WALK_FAULT,     /**< refused, with a PTE */
    CTF_WALK_FAULT_PDE, /**< refused at the PDE */
    CTF_WALK_PAE,       /**< through three levels */
    CTF_WALK_PAE_LARGE,
    CTF_WALK_ODD,         /**< any other */
    CTF_FAULT,            /**< without an error code */
    CTF_FAULT_ERROR_CODE, /**< with one */
    CTF_PAGE_FAULT,
    CTF_FETCH, /**< of code that the packet has already */
    CTF_EXEC,
    CTF_PORT_READ,
    CTF_PORT_WRITE,
    CTF_MMIO_READ,
    CTF_MMIO_WRITE,
    CTF_DMA_READ,
    CTF_DMA_WRITE,
    CTF_INTERRUPT,          /**< of a program */
    CTF_INTERRUPT_EXTERNAL, /**< of a device */
    CTF_IRET,
    CTF_CONTROL,
    CTF_MARKER,
    CTF_PROBE_CALL,
    CTF_PROBE_RETURN,
    CTF_IRQ_RAISE,
    CTF_IRQ_LOWER,
    CTF_IRQ_ACKNOWLEDGE,
    CTF_IRQ_SPURIOUS,
    CTF_IRQ_POLL,
    CTF_DREQ_RAISE,
    CTF_DREQ_LOWER,
    CTF_DACK_RAISE,
    CTF_DACK_LOWER,
    CTF_MODE,
    CTF_TASK_SWITCH,
    /* What stands for several events: see trace/fold.h. */
    CTF_REFILL,
    CTF_REFILL_EVICT,
    CTF_REPEAT_READ,
    CTF_REPEAT_WRITE,
    CTF_REPEAT_COPY,
    CTF_REPEAT_COMPARE,
    CTF_FETCH_CODE, /**< with its bytes */
    CTF_FETCH_NEXT, /**< the same two, of the page behind that of EIP */
    CTF_FETCH_NEXT_CODE,
    CTF_UPDATE_1, /**< a read and a write: stands for two */
    CTF_UPDATE_2,
    CTF_UPDATE_4,
    CTF_ID_COUNT,
    CTF_EXTENDED = 255 /**< the header goes on: id, 64-bit tick */
};

#endif
