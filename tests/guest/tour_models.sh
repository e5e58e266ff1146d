#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The tour says the same on every processor and with every TLB, but for the
# lines that it marks as the machine's.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

# like_default ARGUMENT...: passes, and says what the default machine said.
like_default()
{
    tour other -m 16M "$@"
    check "$*: the machine is powered off" test $? -eq 0
    same_everywhere other >other.same
    check "$*: the same lines" cmp default.same other.same
}

tour default -m 16M
check 'the default machine is powered off' test $? -eq 0
same_everywhere default >default.same
for cpu in 386 486 pentium pentiumpro; do
    like_default --cpu "$cpu"
done
for tlb in none infinite random:7 16x4:lru 8x1; do
    like_default --tlb "$tlb"
done

# The chips do differ, and the marked lines say so.
tour old -m 16M --cpu 386
check 'a 386 tells itself by its features' \
    test "$(grep '^machine: features' old)" != \
    "$(grep '^machine: features' default)"
check 'a 386 uses no INVLPG' grep -q '^machine: INVLPG no' old

finish
