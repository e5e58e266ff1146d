/* SPDX-License-Identifier: MIT */
/* A machine of 16 MiB that the loader's tests load images into. */
#ifndef TESTS_UNIT_MACHINE_LOADER_RIG_H
#define TESTS_UNIT_MACHINE_LOADER_RIG_H

#include "machine/loader.h"
#include "tests/unit/run_tests.h"

enum { MEMORY_BYTES = 16 << 20 };

struct rig {
    struct machine *machine;
    struct error error;
    struct loader_result result;
};

static inline struct rig rig_make(void)
{
    struct rig rig = {.machine = aligned_alloc(
                          64, (sizeof(struct machine) + 63) & ~(size_t)63)};
    struct machine_options options = {.memory_bytes = MEMORY_BYTES,
                                      .cpu = cpu_model_find("pentiumpro"),
                                      .ticks_per_second = 100000000};

    EXPECT(rig.machine != NULL);
    EXPECT(tlb_model_parse(options.cpu->tlb, &options.tlb, &rig.error));
    EXPECT(machine_init(rig.machine, &options, &rig.error));
    return rig;
}

static inline void rig_free(struct rig *rig)
{
    machine_release(rig->machine);
    free(rig->machine);
}

static inline bool load_request(struct rig *rig,
                                const struct loader_request *request)
{
    machine_reset(rig->machine);
    return loader_load(rig->machine, request, &rig->result, &rig->error);
}

static inline bool load(struct rig *rig, const uint8_t *bytes, size_t size)
{
    const struct loader_request request = {.image = {"image", bytes, size}};

    return load_request(rig, &request);
}

/* The 32 bits at `physical`. */
static inline uint32_t memory(const struct rig *rig, physical_addr physical)
{
    return bus_load(&rig->machine->bus, physical, 4);
}

/* The text at `physical`. */
static inline const char *text(const struct rig *rig, physical_addr physical)
{
    return (const char *)rig->machine->bus.memory + physical;
}

#endif
