/* SPDX-License-Identifier: MIT */
/*
 * The Bochs VBE display adapter: two ports choose a mode, and the picture is
 * a linear framebuffer in physical memory. Who wants to draw maps it with
 * ioremap().
 */
#ifndef DRIVERS_FRAMEBUFFER_H
#define DRIVERS_FRAMEBUFFER_H

#include "kernel/types.h"

struct framebuffer {
    bool present;
    bool on_pci;          /**< else it is at the fixed address */
    phys_addr_t physical; /**< also filled in when not present */
    unsigned int width;   /**< pixels */
    unsigned int height;
    unsigned long size; /**< bytes: 4 for each pixel */
};

/** Look for the adapter and its framebuffer; changes no mode. */
struct framebuffer framebuffer_probe(void);

/** Turn on the mode that framebuffer_probe() promised: 32 bits a pixel. */
void framebuffer_turn_on(const struct framebuffer *framebuffer);

/** Back to what the VGA shows. */
void framebuffer_turn_off(void);

#endif
