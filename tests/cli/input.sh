#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --input: what is refused, and that a script is played as docs/input.md says.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"

# Print "ok" on COM1; then what comes there goes to the debug port.
echo_guest()
{
    bytes 66 ba f8 03 b0 6f ee b0 6b ee 66 ba fd 03 ec a8 01 74 f7
    bytes 66 ba f8 03 ec e6 e9 eb ee
}

# "$ " on the screen, the cursor behind it; then idle.
prompt_guest()
{
    bytes c6 05 00 80 0b 00 24 c6 05 02 80 0b 00 20
    bytes 66 ba d4 03 b0 0f ee 42 b0 02 ee eb fe
}

# What the keyboard sends goes to the debug port.
keyboard_guest()
{
    bytes e4 64 a8 01 74 fa e4 60 e6 e9 eb f4
}

# refuse PLACE PATTERN SCRIPT
refuse()
{
    printf '%s\n' "$3" >script
    expect 6 "script:$1: .*$2" run --stop-after 1M --input script loop.bin
}

# play STATUS SCRIPT ARGUMENT...
play()
{
    wanted=$1
    printf '%s\n' "$2" >script
    shift 2
    checks=$((checks + 1))
    status=0
    "$PAGEWALK" run --input script "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] ||
        fail "$(cat script): status $status, not $wanted: $(cat err)"
}

# Spins until the power button is pressed.
power_guest()
{
    bytes 66 ba 00 06 66 ed f6 c4 01 74 f5 b0 50 e6 e9 eb fe
}

loop >loop.bin
power_guest >power.bin
echo_guest >echo.bin
prompt_guest >prompt.bin
keyboard_guest >keyboard.bin

# --- What is refused ---

expect 2 '--input' run --input '' loop.bin
expect 6 'none: No such file' run --stop-after 1M --input none loop.bin
refuse 1:1 "no step 'hello'" 'hello'
refuse 2:3 "no step 'key'" '# a comment
  key enter'
refuse 1:1 'where a step must begin' '"text"'
refuse 3:6 "no key 'entr'" '

keys entr'
refuse 1:12 "no key 'ctrl.alt.remove'" 'keys enter ctrl+alt+remove'
refuse 1:6 "no key '.'" 'keys +'
refuse 1:6 "no key 'a.'" 'keys a+'
refuse 1:6 "no key 'A'" 'keys A'
refuse 1:6 'too many keys' 'keys a+b+c+d+e+f+g+h+i'
refuse 1:5 'keys must stand' 'keys'
refuse 1:6 'without a key' 'keys "caf\xe9"'
refuse 1:4 'ticks must stand' 'at noon'
refuse 1:4 'ticks must stand' 'at -5'
refuse 1:5 'ticks must stand' 'wait'
refuse 1:6 'ticks must stand' 'wait 99999999999999999999'
refuse 1:7 'text in quotes' 'after login:'
refuse 1:14 'text in quotes' 'after serial x'
refuse 1:7 'text is empty' 'after ""'
refuse 1:8 'not closed' 'serial "abc
"'
refuse 1:8 'not closed' 'serial "abc\"'
refuse 1:8 'backslash' 'serial "\q"'
refuse 1:8 'backslash' 'serial "\x4"'
refuse 1:8 'backslash' 'serial "\x4g"'
head -c 2000 /dev/zero | tr '\0' 'a' >script
expect 6 "script:1:1: there is no step 'a{40}';" run --stop-after 1M --input script loop.bin

# --- What is played ---

play 0 'at 1000 stop' --stop-after 1M --stats loop.bin
check 'at: to the tick' grep -q '^  ticks  *1 000 ' err
play 0 'wait 500 wait 600
stop' --stop-after 1M --stats loop.bin
check 'wait: one after the other' grep -q '^  ticks  *1 100 ' err
play 0 'at 700 at 300 stop' --stop-after 1M --stats loop.bin
check 'at: a tick that has passed' grep -q '^  ticks  *700 ' err
play 0 'after "ok" serial "a\x62\"\n" wait 1M stop' --stop-after 9M \
    --debugcon file:debug --serial null echo.bin
check 'serial: bytes and escapes' test "$(cat debug)" = 'ab"'
play 0 'after serial "ok" serial "aXab" after debugcon "b" stop' \
    --stop-after 9M --debugcon null --serial null echo.bin
play 8 'after debugcon "ok" stop' --stop-after 1M --serial null echo.bin
check 'a script that is not done is named' \
    grep -qx 'pagewalk: script:1: not done when the run ended' err
play 0 'keys "Ab" ctrl+alt+delete wait 1M stop' --stop-after 90M \
    --debugcon file:debug keyboard.bin
check 'keys: scan codes, pressed in order, released in reverse' \
    test "$(od -An -tx1 debug | tr -d ' \n')" = \
    2a1e9eaa30b01d38e053e0d3b89d
play 0 'pace 3k keys enter stop' --stop-after 6001 keyboard.bin
play 8 'keys enter stop' --stop-after 1M keyboard.bin
play 0 'after prompt "$ " stop' --stop-after 9M prompt.bin
play 0 'after screen "$" after prompt " " stop' --stop-after 9M prompt.bin
play 8 '

after prompt "$" stop' --stop-after 9M prompt.bin
check 'with its line' grep -q 'script:3: ' err
play 8 'after serial "$" stop' --stop-after 9M prompt.bin
play 0 'at 900 power wait 1000 stop' --stop-after 9M --debugcon file:debug \
    power.bin
check 'power: the button is pressed' test "$(cat debug)" = P
play 0 '' --stop-after 1M loop.bin
play 0 '# nothing' --stop-after 1M loop.bin

# --- The same run each time ---

for run in 1 2; do
    play 0 'after "ok" serial "hello, world" wait 1M stop' --stop-after 9M \
        --serial null --trace "$run.txt" --events port echo.bin
done
check 'two runs of a script are the same' cmp 1.txt 2.txt

finish
