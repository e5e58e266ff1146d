/* SPDX-License-Identifier: MIT */
#include "tour/check.h"

#include "arch/probe.h"
#include "arch/traps.h"
#include "kernel/printk.h"

static const char *failure;

void check_begin(void)
{
    failure = NULL;
    take_complaint();
}

const char *check_failure(void)
{
    return failure;
}

void check(bool holds, const char *claim)
{
    printk("  %s %s\n", holds ? "yes:" : "NO: ", claim);
    if (!holds && !failure)
        failure = claim;
}

bool check_have(const void *thing, const char *claim)
{
    if (!thing)
        check(false, claim);
    return thing != NULL;
}

void check_refused(enum complaint kind, const char *claim)
{
    check(take_complaint() == kind, claim);
}

void check_denied(const void *result, enum complaint kind, const char *claim)
{
    check(take_complaint() == kind && !result, claim);
}

void check_unmapped(const volatile void *address, const char *claim)
{
    uint32_t value = 0;
    struct caught_fault fault;

    if (probe_read(address, &value)) {
        check(false, claim);
        return;
    }
    fault = last_caught_fault();
    printk("  caught: page fault, ");
    print_page_fault(&fault);
    printk("\n");
    check(fault.vector == TRAP_PAGE_FAULT && !(fault.error_code & PF_P) &&
              fault.linear == (unsigned long)address,
          claim);
}

void section(const char *heading)
{
    printk("\n- %s\n", heading);
}
