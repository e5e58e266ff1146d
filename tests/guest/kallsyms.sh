#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Symbols that a running kernel keeps in its memory: names in options wait
# until it has turned paging on, and are then found. Tables of real kernels are
# read in tests/guests; their forms and their faults are counted through in
# tests/unit/tools/test_kallsyms.c.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

build "$guest_tests/kallsyms.S" kernel.elf
{
    echo '#define NO_TABLES'
    cat "$guest_tests/kallsyms.S"
} >silent.S
build silent.S silent.elf
{
    echo '#define RESETS'
    cat "$guest_tests/kallsyms.S"
} >resets.S
build resets.S resets.elf

# run STATUS ARGUMENT...: with the symbols of the running kernel.
run()
{
    wanted=$1
    shift
    status=0
    "$PAGEWALK" run --symbols kallsyms "$@" >out 2>err </dev/null || status=$?
    check "$*: status $wanted" test "$status" -eq "$wanted"
}

run 0 --inspect symbols kernel.elf
nm kernel.elf >nm
for row in 'T _text _start' 't above above' 'T twice twice' \
    't end_of_twice end_of_twice' 'T _end end'; do
    # shellcheck disable=SC2086 # three words
    set -- $row
    physical=$(sed -n "s/ [A-Za-z] $3\$//p" nm)
    printf '%08x %s %s\n' $((0x$physical + 0xc0000000)) "$1" "$2"
done >want
check 'all of them, as nm has them' cmp want out

# What was shown is a System.map.
cp out map
"$PAGEWALK" run --symbols map --stop-at twice kernel.elf >out 2>err
check 'and can be given back' grep -q 'stopped at .* twice,' err

run 0 --probe 'twice(n=eax) -> eax' kernel.elf
sed -n 's/.* probe  //p' err >lines
printf '%s\n' 'twice(n=0x15)' 'twice(n=0x15) -> 0x2a' >want
check 'a probe waits for the kernel' cmp want lines

run 0 --stop-at twice kernel.elf
check '--stop-at waits' grep -q 'stopped at .* twice,' err
below=$(sed -n 's/ [A-Za-z] twice$//p' nm)
run 0 --stop-at "0x$below" kernel.elf
check 'numbers do not wait' grep -q "stopped at ....:$below" err
run 0 --trace t.txt --events exec --trace-from twice --trace-to above kernel.elf
awk '$4 == "exec" { print $2; exit }' t.txt >got
sed -n 's/ T twice//p' map >want
check '--trace-from waits' cmp want got
# --only symbol=NAME lets nothing through until the kernel has that name.
address=$(sed -n 's/ T twice//p' map)
printf '%s\n%08x\n' "$address" $((0x$address + 2)) >want
for name in twice end_of_twice; do
    run 0 --trace t.txt --events exec --only symbol=$name kernel.elf
    grep -v '^#' t.txt | awk '{ print $2 }' >got
    [ $name = twice ] || : >want
    check "--only symbol=$name waits" cmp got want
    rm -rf t.ctf
    run 0 --trace t.ctf --events exec --only symbol=$name kernel.elf
    "$PAGEWALK" trace print t.ctf | awk '{ print $2 }' >got
    check "--only symbol=$name waits, for packets" cmp got want
done

# After a reset there may be another kernel, with the first one still there.
run 0 --inspect symbols resets.elf
sed -n 's/ T twice//p' out >second
check 'symbols are those of the kernel that runs' \
    test "$(cat second)" = "$(printf %08x $((0x$(nm resets.elf |
        sed -n 's/ . twice$//p') + 0xc0100000)))"
run 0 --probe 'twice(n=eax) -> eax' resets.elf
sed -n 's/.* probe  //p' err >lines
printf '%s\n' 'twice(n=0x15)' 'twice(n=0x15) -> 0x2a' \
    'twice(n=0x15)' 'twice(n=0x15) -> 0x2a' >want
check 'a probe waits for each kernel' cmp want lines
check 'and is where that one has it' \
    test "$(awk '/twice\(n=0x15\)$/ { print $2 }' err | tail -n 1)" = \
    "$(cat second)"
check 'the summary counts both' grep -qx 'probes: 2 calls, 0 of them not over' err
run 0 --trace t.txt --events exec --only symbol=twice resets.elf
check '--only follows as well' \
    test "$(grep -v '^#' t.txt | grep -c " $(cat second) ")" -eq 1

run 0 --inspect walk:above kernel.elf
check 'a walk by name' grep -q '^walk of c01.*  above$' out

run 2 --probe absent kernel.elf
check 'a name that the kernel has not' \
    grep -qx "pagewalk: --probe 'absent': no symbol 'absent'; see --symbols" err
run 2 --stop-at absent kernel.elf
check 'and in --stop-at' grep -q "^pagewalk: --stop-at: 'absent' is neither" err

for option in '--probe twice' '--stop-at twice' '--probe-allocators'; do
    # shellcheck disable=SC2086 # words
    run 6 $option silent.elf
    check "$option: no tables, and it says so" \
        grep -q '^pagewalk: the guest showed no symbols of its own' err
done
run 0 --inspect symbols silent.elf
check 'nothing to show' test ! -s out
check 'nothing to say' test ! -s err

finish
