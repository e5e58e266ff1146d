# SPDX-License-Identifier: MIT
#
# The guest: guest/tour.elf, a 32-bit kernel built by GUEST_CC.
#
# The host's compiler makes everything else, so these are rules of our own.
# Objects end in .guest.o, which no rule of automake's touches.

GUEST_ASM_FILES = \
	guest/arch/switch.S \
	guest/arch/trap_entry.S \
	guest/boot/entry.S \
	guest/fs/images.S

GUEST_C_FILES = \
	guest/arch/cpu.c \
	guest/arch/descriptors.c \
	guest/arch/probe.c \
	guest/arch/tlb.c \
	guest/arch/traps.c \
	guest/arch/uaccess.c \
	guest/drivers/counters.c \
	guest/drivers/debugcon.c \
	guest/drivers/disk.c \
	guest/drivers/framebuffer.c \
	guest/drivers/i8237.c \
	guest/drivers/keyboard.c \
	guest/drivers/pci.c \
	guest/drivers/pic.c \
	guest/drivers/pit.c \
	guest/drivers/power.c \
	guest/drivers/ramdisk.c \
	guest/drivers/screen.c \
	guest/drivers/serial.c \
	guest/drivers/vga_planes.c \
	guest/fs/builtin.c \
	guest/fs/file.c \
	guest/fs/proc.c \
	guest/kernel/cmdline.c \
	guest/kernel/exec.c \
	guest/kernel/fork.c \
	guest/kernel/format.c \
	guest/kernel/input.c \
	guest/kernel/irq.c \
	guest/kernel/jiffies.c \
	guest/kernel/main.c \
	guest/kernel/panic.c \
	guest/kernel/printk.c \
	guest/kernel/resource.c \
	guest/kernel/sched.c \
	guest/kernel/string.c \
	guest/kernel/syscall.c \
	guest/mm/bootmem.c \
	guest/mm/complain.c \
	guest/mm/dma.c \
	guest/mm/fault.c \
	guest/mm/highmem.c \
	guest/mm/init.c \
	guest/mm/kmalloc.c \
	guest/mm/memory.c \
	guest/mm/memory_map.c \
	guest/mm/mempool.c \
	guest/mm/mmap.c \
	guest/mm/page_alloc.c \
	guest/mm/paging.c \
	guest/mm/percpu.c \
	guest/mm/show.c \
	guest/mm/slab.c \
	guest/mm/swap.c \
	guest/mm/vmalloc.c \
	guest/tour/age.c \
	guest/tour/chapter_addresses.c \
	guest/tour/chapter_bootmem.c \
	guest/tour/chapter_broken.c \
	guest/tour/chapter_compare.c \
	guest/tour/chapter_dma.c \
	guest/tour/chapter_fault.c \
	guest/tour/chapter_gfp.c \
	guest/tour/chapter_highmem.c \
	guest/tour/chapter_iomem.c \
	guest/tour/chapter_ioport.c \
	guest/tour/chapter_ioremap.c \
	guest/tour/chapter_kmalloc.c \
	guest/tour/chapter_mempool.c \
	guest/tour/chapter_mmap.c \
	guest/tour/chapter_pages.c \
	guest/tour/chapter_percpu.c \
	guest/tour/chapter_process.c \
	guest/tour/chapter_slab.c \
	guest/tour/chapter_swap.c \
	guest/tour/chapter_tlb.c \
	guest/tour/chapter_vmalloc.c \
	guest/tour/check.c \
	guest/tour/hog.c \
	guest/tour/measure.c \
	guest/tour/programs.c \
	guest/tour/shell.c \
	guest/tour/stress.c \
	guest/tour/tour.c

GUEST_HEADER_FILES = \
	guest/arch/cpu.h \
	guest/arch/descriptors.h \
	guest/arch/io.h \
	guest/arch/mmio.h \
	guest/arch/pgtable.h \
	guest/arch/probe.h \
	guest/arch/tlb.h \
	guest/arch/traps.h \
	guest/arch/uaccess.h \
	guest/boot/multiboot.h \
	guest/drivers/block.h \
	guest/drivers/counters.h \
	guest/drivers/debugcon.h \
	guest/drivers/disk.h \
	guest/drivers/framebuffer.h \
	guest/drivers/i8237.h \
	guest/drivers/keyboard.h \
	guest/drivers/pci.h \
	guest/drivers/pic.h \
	guest/drivers/pit.h \
	guest/drivers/power.h \
	guest/drivers/ramdisk.h \
	guest/drivers/screen.h \
	guest/drivers/serial.h \
	guest/drivers/vga_planes.h \
	guest/fs/builtin.h \
	guest/fs/file.h \
	guest/fs/proc.h \
	guest/kernel/cmdline.h \
	guest/kernel/elf.h \
	guest/kernel/errno.h \
	guest/kernel/exec.h \
	guest/kernel/fork.h \
	guest/kernel/format.h \
	guest/kernel/input.h \
	guest/kernel/irq.h \
	guest/kernel/jiffies.h \
	guest/kernel/list.h \
	guest/kernel/panic.h \
	guest/kernel/preempt.h \
	guest/kernel/printk.h \
	guest/kernel/resource.h \
	guest/kernel/sched.h \
	guest/kernel/string.h \
	guest/kernel/syscall.h \
	guest/kernel/types.h \
	guest/mm/bootmem.h \
	guest/mm/complain.h \
	guest/mm/dma.h \
	guest/mm/highmem.h \
	guest/mm/init.h \
	guest/mm/internal.h \
	guest/mm/kmalloc.h \
	guest/mm/layout.h \
	guest/mm/memory_map.h \
	guest/mm/mempool.h \
	guest/mm/mm.h \
	guest/mm/page.h \
	guest/mm/page_alloc.h \
	guest/mm/paging.h \
	guest/mm/percpu.h \
	guest/mm/show.h \
	guest/mm/slab.h \
	guest/mm/swap.h \
	guest/mm/vmalloc.h \
	guest/tour/age.h \
	guest/tour/check.h \
	guest/tour/hog.h \
	guest/tour/ioremap.h \
	guest/tour/measure.h \
	guest/tour/programs.h \
	guest/tour/shell.h \
	guest/tour/stress.h \
	guest/tour/tour.h \
	guest/user/libtour.h \
	guest/user/user.h

# The programs of ring 3, each a file of its own, and what they all link.
GUEST_PROGRAM_FILES = \
	guest/user/answer.c \
	guest/user/cow.c \
	guest/user/eater.c \
	guest/user/hello.c \
	guest/user/library.c \
	guest/user/mapper.c \
	guest/user/runner.c \
	guest/user/segv.c \
	guest/user/spin.c \
	guest/user/stack.c \
	guest/user/thread.c \
	guest/user/zero.c
GUEST_USER_FILES = guest/user/start.S guest/user/user.c guest/user/libtour.c
GUEST_USER_LINKER_SCRIPT = guest/user/user.ld
GUEST_USER_TEXT = guest/user/text.txt

GUEST_LINKER_SCRIPT = guest/boot/kernel.ld

GUEST_OBJECTS = \
	$(GUEST_ASM_FILES:.S=.guest.o) \
	$(GUEST_C_FILES:.c=.guest.o)
GUEST_PROGRAM_OBJECTS = $(GUEST_PROGRAM_FILES:.c=.guest.o)
GUEST_USER_OBJECTS = guest/user/start.guest.o guest/user/user.guest.o \
	guest/kernel/format.guest.o guest/kernel/string.guest.o
GUEST_PROGRAM_IMAGES = $(GUEST_PROGRAM_FILES:.c=.elf)
GUEST_LIBRARY = guest/user/libtour.so
GUEST_ALL_OBJECTS = $(GUEST_OBJECTS) $(GUEST_PROGRAM_OBJECTS) \
	guest/user/start.guest.o guest/user/user.guest.o
GUEST_DEPENDENCY_FILES = $(GUEST_ALL_OBJECTS:.o=.d)

# A 386 without a coprocessor, and nothing that needs a C library.
GUEST_MACHINE_FLAGS = -march=i386 -mno-sse -mno-mmx -mno-80387 -msoft-float \
	-fcf-protection=none
GUEST_KERNEL_FLAGS = -std=gnu11 -ffreestanding -fno-pic -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-common
GUEST_WARNINGS = -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wundef -Wvla -Wwrite-strings -Wcast-qual -Wcast-align -Wformat=2 \
	-Wswitch-enum
GUEST_CFLAGS = -O2 -g
GUEST_ALL_CFLAGS = -I$(srcdir)/guest -I$(srcdir) $(GUEST_MACHINE_FLAGS) \
	$(GUEST_KERNEL_FLAGS) $(GUEST_WARNINGS) $(GUEST_CFLAGS)
GUEST_LINK_FLAGS = -nostdlib -static -Wl,--build-id=none \
	-Wl,-z,noexecstack -Wl,-z,max-page-size=4096

guest/%.guest.o: $(srcdir)/guest/%.c
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(GUEST_CC) $(GUEST_ALL_CFLAGS) -MMD -MP -c -o $@ $<

guest/%.guest.o: $(srcdir)/guest/%.S
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(GUEST_CC) $(GUEST_ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Without symbols: these lie in the kernel's image.
guest/user/%.elf: guest/user/%.guest.o $(GUEST_USER_OBJECTS) $(srcdir)/$(GUEST_USER_LINKER_SCRIPT)
	$(AM_V_GEN)$(GUEST_CC) $(GUEST_MACHINE_FLAGS) $(GUEST_LINK_FLAGS) -s \
	  -Wl,-T,$(srcdir)/$(GUEST_USER_LINKER_SCRIPT) -o $@ $< \
	  $(GUEST_USER_OBJECTS)

$(GUEST_LIBRARY): $(srcdir)/guest/user/libtour.c $(srcdir)/guest/user/libtour.h
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(GUEST_CC) $(GUEST_ALL_CFLAGS) -fPIC -shared -nostdlib -s \
	  -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
	  -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-e,library_entry -o $@ $<

guest/fs/images.guest.o: $(GUEST_PROGRAM_IMAGES) $(GUEST_LIBRARY) $(srcdir)/$(GUEST_USER_TEXT)

guest/tour.elf: $(GUEST_OBJECTS) $(srcdir)/$(GUEST_LINKER_SCRIPT)
	$(AM_V_GEN)$(GUEST_CC) $(GUEST_MACHINE_FLAGS) $(GUEST_LINK_FLAGS) \
	  -Wl,-T,$(srcdir)/$(GUEST_LINKER_SCRIPT) -o $@ $(GUEST_OBJECTS)

-include $(GUEST_DEPENDENCY_FILES)

if GUEST
noinst_DATA += guest/tour.elf
endif
EXTRA_DIST += guest/README.md guest/.clang-tidy $(GUEST_ASM_FILES) $(GUEST_C_FILES) $(GUEST_HEADER_FILES) \
	$(GUEST_LINKER_SCRIPT) $(GUEST_PROGRAM_FILES) $(GUEST_USER_FILES) \
	$(GUEST_USER_LINKER_SCRIPT) $(GUEST_USER_TEXT)
CLEANFILES += guest/tour.elf $(GUEST_PROGRAM_IMAGES) $(GUEST_LIBRARY) \
	$(GUEST_ALL_OBJECTS) $(GUEST_DEPENDENCY_FILES)
