/* SPDX-License-Identifier: MIT */
#include "tools/pace.h"

/* Lost time up to this is caught up with. */
static const uint64_t LAG_NANOSECONDS = 100000000;

void pace_start(struct pace *pace, uint64_t host, uint64_t machine)
{
    *pace = (struct pace){true, host, machine};
}

uint64_t pace_ahead(struct pace *pace, uint64_t host, uint64_t machine)
{
    const uint64_t host_passed = host - pace->host;
    const uint64_t machine_passed = machine - pace->machine;

    if (!pace->on)
        return 0;
    if (machine_passed >= host_passed)
        return machine_passed - host_passed;
    if (host_passed - machine_passed > LAG_NANOSECONDS)
        pace_start(pace, host, machine);
    return 0;
}
