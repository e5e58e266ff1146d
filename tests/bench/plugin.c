/* SPDX-License-Identifier: MIT */
/*
 * A plugin of QEMU's translator that counts a guest's accesses to memory, or
 * writes them to a file: eight bytes each, the linear address and what QEMU
 * tells of size and direction; with physical=on eight more, the physical one.
 *
 * Usage: qemu-system-i386 -plugin plugin.so[,physical=on][,to=FILE]
 *
 * QEMU's header for plugins is not packaged. The functions are declared as its
 * documentation of version 1 of the interface describes them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;

enum { VERSION = 1, NO_REGISTERS = 0, READS_AND_WRITES = 3 };

typedef void block_callback(uint64_t id, struct qemu_plugin_tb *block);
typedef void access_callback(unsigned processor, uint32_t info, uint64_t linear,
                             void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, block_callback *call);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      access_callback *call, int registers,
                                      int direction, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(
    const struct qemu_plugin_tb *block, size_t index);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info,
                                                  uint64_t linear);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);

/** What QEMU looks for in the plugin. */
int qemu_plugin_version = VERSION;
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

/* QEMU gives its plugins no place for their state but this. */
static struct {
    FILE *file;
    uint64_t count;
    bool physical;
} state;

static void on_access(unsigned processor, uint32_t info, uint64_t linear,
                      void *data)
{
    uint64_t record[2] = {linear | (uint64_t)info << 32, 0};
    const struct qemu_plugin_hwaddr *address;

    (void)processor;
    (void)data;
    state.count++;
    if (state.physical) {
        address = qemu_plugin_get_hwaddr(info, linear);
        record[1] = address ? qemu_plugin_hwaddr_phys_addr(address) : 0;
    }
    if (state.file)
        (void)fwrite_unlocked(record, state.physical ? 16 : 8, 1, state.file);
}

static void on_block(uint64_t id, struct qemu_plugin_tb *block)
{
    size_t count = qemu_plugin_tb_n_insns(block);

    (void)id;
    for (size_t i = 0; i < count; i++)
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(block, i),
                                         on_access, NO_REGISTERS,
                                         READS_AND_WRITES, NULL);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    static const char to[] = "to=";

    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], to, strlen(to)) == 0) {
            state.file = fopen(argv[i] + strlen(to), "w");
            if (!state.file)
                return 1;
        } else if (strcmp(argv[i], "physical=on") == 0) {
            state.physical = true;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    return 0;
}
