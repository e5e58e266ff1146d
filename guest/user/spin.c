/* SPDX-License-Identifier: MIT */
/*
 * spin: never gives the processor up. It counts until it is ended.
 */
#include "user/user.h"

/* Not 0, so that it is in the file. */
static volatile unsigned int count = 1;

int main(const char *argument)
{
    (void)argument;
    count++;
    pause_here();
    for (;;)
        count++;
}
