#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --probe matches calls with returns while a timer takes two tasks from one
# another in the middle of them, and while two address spaces have the same
# stack; a first instruction that runs twice is one call; and it says so when
# more calls are open than it can keep.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/probes_tasks.S" tasks.elf
build "$guest_tests/probes_spaces.S" spaces.elf

# probe IMAGE ARGUMENT...: the guest ends with 0; `lines` is what was seen.
probe()
{
    image=$1
    shift
    "$PAGEWALK" run "$@" "$image" 2>err >out </dev/null
    check "$image: the guest ends it" test $? -eq 1
    sed -n 's/.* probe  *//p' err >lines
}

# Each result is that of its arguments, each call of a task ends but those that
# the end of the run interrupts, and calls took turns with those of the other.
probe tasks.elf --probe 'work(n=eax, m=edx) -> eax' --probe 'tick(n=eax) -> eax'
tr -s '(,)=> -' ' ' <lines | awk '
    function number(text) {
        value = 0
        for (i = 3; i <= length(text); i++)
            value = value * 16 + \
                index("0123456789abcdef", substr(text, i, 1)) - 1
        return value
    }
    $1 == "work" && NF == 5 { open++; task = number($5) >= 131072 }
    $1 == "work" && NF == 6 {
        open--
        n = number($3)
        m = number($5)
        wrong += number($6) != m + n + n * (n + 1) / 2
        returned++
        task = m >= 131072
    }
    $1 == "work" && task != before { turns++; before = task }
    $1 == "tick" && NF == 3 { ticks++ }
    $1 == "tick" && NF == 4 { wrong += number($4) != 3 * number($3) }
    END { print (returned > 1000), wrong + 0, ticks, (turns > 20), \
        (open <= 14), open + 0 }' >judged
read -r many wrong ticks turns few open <judged
check 'calls of tasks came to an end' test "$many" -eq 1
check 'each with the result of its arguments' test "$wrong" -eq 0
check 'each interrupt is a call' test "$ticks" -eq 200
check 'the tasks took turns' test "$turns" -eq 1
check 'only what was interrupted is open' test "$few" -eq 1
check 'the summary says so' \
    grep -q "^probes: [0-9]* calls, $open of them not over\$" err

probe tasks.elf --probe 'fill(count=ecx, to=edi) -> eax'
sed -n 's/^fill(count=\(0x[0-9a-f]*\), to=\(0x[0-9a-f]*\))\(.*\)/\1 \2\3/p' \
    lines >told
check 'a first instruction that is interrupted is one call' \
    test "$(cut -d ' ' -f 1 told | uniq)" = 0xbb8
calls=$(grep -vc -- '->' told)
returns=$(grep -c -- '->' told)
check 'many of them' test "$calls" -gt 10
check 'and it returns once' test $((calls - returns)) -le 2

probe tasks.elf --probe 'deep(n=eax) -> eax'
check '5,001 calls are seen' test "$(grep -c ')$' lines)" -eq 5001
check 'as many returns as can be kept' test "$(grep -c -- '->' lines)" -eq 4096
check 'each with its result' test "$(sed -n \
    's/^deep(n=\(0x[0-9a-f]*\)) -> \(.*\)$/\1 \2/p' lines |
    awk '$1 != $2' | wc -l)" -eq 0
check 'it is said when that begins' test "$(grep -c '^pagewalk: probes: 4096 calls are open at tick [0-9]*; returns of more will be missing$' err)" -eq 1
check 'and at the end' grep -q '^probes: 5001 calls, 0 of them not over, 905 ' err

cat >want <<'END'
touch(ebx=0x800000)
touch(ebx=0x800000) -> 0x1234
shared(n=0x1)
shared(n=0x2)
shared(n=0x1) -> 0x10
shared(n=0x10)
shared(n=0x2) -> 0x20
shared(n=0x20)
shared(n=0x10) -> 0x100
shared(n=0x20) -> 0x200
END
probe spaces.elf --probe 'shared(n=eax) -> eax' --probe 'touch(ebx=ebx) -> eax'
check 'stacks at one address, first instructions that run twice' \
    cmp want lines

finish
