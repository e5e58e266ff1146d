#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The README shows true output: its command line is run, and what stands
# between the marks must come, line after line, in what it prints and writes.
# Addresses depend on the compiler that made the guest, so this is for gcc 12.
set -u
readme=$(cd "${top_srcdir:-.}" && pwd)/README.md
. "${top_srcdir:-.}/tests/guest/setup.sh"

# shellcheck disable=SC2086 # a compiler and its flags
if [ "$(${GUEST_COMPILE%% *} -dumpversion)" != 12 ]; then
    echo 'the guest was not built by gcc 12: its addresses differ'
    exit 77
fi

# block NAME: what is shown between the marks of that name.
block()
{
    # shellcheck disable=SC2016 # the marks of code in Markdown
    sed -n "/<!-- $1: begin/,/<!-- $1: end/p" "$readme" |
        sed -n '/^```/,/^```/p' | grep -v '^```'
}

# stands BLOCK FILE: the lines of BLOCK are lines of FILE, in this order; next
# to each other unless "..." is between them.
stands()
{
    block "$1" >shown
    check "the README has a block '$1'" test "$(wc -l <shown)" -gt 2
    # shellcheck disable=SC2016 # a program of awk
    check "the block '$1' is true" awk '
        NR == FNR { wanted[++count] = $0; next }
        next_line < 1 { next_line = 1; free = 1 }
        next_line <= count && wanted[next_line] == "..." {
            next_line++
            free = 1
        }
        next_line > count { exit }
        $0 == wanted[next_line] { next_line++; free = 0; next }
        !free {
            print "behind " wanted[next_line - 1] " comes " $0
            exit said = 1
        }
        END {
            if (!said && next_line <= count) {
                print "not found: " wanted[next_line]
                exit 1
            }
        }' shown "$2"
}

command=$(grep -x './bootstrap && ./pagewalk run .*' "$readme")
check 'the README has the command line' test -n "$command"
# The kernel is told the name of its image, so the name is the README's.
mkdir guest
ln -s "$TOUR" guest/tour.elf
# shellcheck disable=SC2086 # the arguments as a reader would type them
"$PAGEWALK" ${command#*pagewalk } >raw </dev/null
check 'it powers off' test $? -eq 0
tr -d '\r' <raw >out
stands tour out
stands trace tour.txt

finish
