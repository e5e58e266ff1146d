/* SPDX-License-Identifier: MIT */
/*
 * answer: the least program. It ends with the length of its argument.
 */
#include "kernel/string.h"
#include "user/user.h"

int main(const char *argument)
{
    return (int)strlen(argument);
}
