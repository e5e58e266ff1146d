#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --probe matches calls with returns where that is hard: recursion, two stacks
# that take turns in one function, a call left by a jump, one that ends in a jump
# to another function, arguments that the callee takes off the stack, lists of
# objects. And the lines are the same from a text trace, from a CTF trace, and
# on standard error.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/probes.S" probes.elf

# The call that was left looks like the caller of popper, which is deeper on
# the same stack, until another call, that of tail, takes its place there.
cat >want <<'END'
fact(n=0x4)
  fact(n=0x3)
    fact(n=0x2)
      fact(n=0x1)
      fact(n=0x1) -> 0x1
    fact(n=0x2) -> 0x2
  fact(n=0x3) -> 0x6
fact(n=0x4) -> 0x18
swap(n=0x1)
swap(n=0x2)
swap(n=0x1) -> 0x10
swap(n=0x3)
swap(n=0x2) -> 0x20
swap(n=0x4)
swap(n=0x3) -> 0x30
leave_by_jump(ecx=0x2)
leave_by_jump(ecx=0x1)
  popper(a=0x8, b=0x7)
  popper(a=0x8, b=0x7) -> 0x8
nothing()
nothing() returns
tail(n=0x0)
  fact(n=0x1)
  fact(n=0x1) -> 0x1
tail(n=0x0) -> 0x1
alloc_list(count=0x3)
alloc_list(count=0x3) -> 0x10
alloc_list(count=0x3) -> 0x20
alloc_list(count=0x3) -> 0x30
free_list(n=0x2, object=0x20)
free_list(n=0x2, object=0x30)
free_list(n=0x2, object=0x30) returns
alloc_list(count=0x0)
alloc_list(count=0x0) -> 0x0
free_list(n=0x0, object=0x0)
free_list(n=0x0, object=0x0) returns
END

# probe ARGUMENT...
probe()
{
    "$PAGEWALK" run --probe 'fact(n) -> eax' --probe 'swap(n = arg1)->eax' \
        --probe 'leave_by_jump(ecx=ecx)' --probe 'popper(a, b) -> eax' \
        --probe nothing \
        --probe 'tail(n) -> eax' --probe 'alloc_list(count=ecx) -> arg1[eax]' \
        --probe 'free_list(n=edx, object=ecx[edx])' "$@" probes.elf 2>err >out
    check "$*: the guest ends it" test $? -eq 1
}

# what FILE: what stands behind the word probe, of lines that have it.
what()
{
    sed -n 's/^ *[0-9]* [0-9a-f]*   [0-3] probe  //p' "$1"
}

probe
what err >got
check 'on standard error' cmp want got
check 'one call is not over' \
    grep -qx 'probes: 18 calls, 1 of them not over' err
probe --trace t.txt
what t.txt >got
check 'in a text trace' cmp want got
probe --trace t.ctf --events walk
"$PAGEWALK" trace print --events probe t.ctf >printed
what printed >got
check 'in a CTF trace, whatever --events says' cmp want got
"$PAGEWALK" trace stat t.ctf >stat
check 'each of a list is an object' \
    grep -q '^  alloc_list *4 *1 .* 1 *0$' stat
check 'and is freed as one' grep -q '^  objects freed *2$' stat

# bad WORDS REASON
bad()
{
    "$PAGEWALK" run --probe "$1" probes.elf >out 2>err
    check "$1: refused" test $? -eq 2
    check "$1: says why" grep -q "$2" err
}

bad '' 'expected a symbol'
bad 'fact(' "expected an argument's name"
bad 'fact(n' "expected ',' or ')'"
bad 'fact(n=)' 'expected a place'
bad 'fact(n=eip)' "'eip' is neither a register"
bad 'fact(n=arg0)' "'arg0' is neither a register"
bad 'fact(n) -> arg1' 'a result is in a register'
bad 'fact(n) eax' "unexpected 'eax'"
bad 'fact(n=eax[arg1])' "'arg1' is no register to count with"
bad 'fact(n=eax[ecx)' "expected ']'"
bad 'fact(n=eax[ecx], m=arg1[edx])' 'more than one argument is a list'
bad 'fact(a,b,c,d,e)' 'at most 4 arguments'
bad 'absent(n)' "no symbol 'absent'"

finish
