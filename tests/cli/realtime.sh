#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --realtime and a window keep the machine's time to the host's; a window that
# cannot be opened is told in one line. The window itself is tested by
# tests/guest/window.sh.
set -u

. "${top_srcdir:-.}/tests/cli/setup.sh"

# milliseconds ARGUMENT...: how long a run takes that must succeed.
milliseconds()
{
    before=$(date +%s%N)
    "$PAGEWALK" run "$@" >out 2>err </dev/null || fail "$*: $(cat err)"
    echo $((($(date +%s%N) - before) / 1000000))
}

loop >loop
bytes fb f4 eb fd >idle # STI, HLT, and again

for guest in loop idle; do
    taken=$(milliseconds --realtime --stop-after 50M "$guest")
    check "$guest: half a second of 100 MIPS took $taken ms" \
        test "$taken" -ge 490
    taken=$(milliseconds --realtime --mips 10 --stop-after 3M "$guest")
    check "$guest: 0.3 seconds of 10 MIPS took $taken ms" \
        test "$taken" -ge 290
done

expect 2 'neither none nor sdl' run --display wide loop
if "$PAGEWALK" run --display sdl loop 2>&1 </dev/null --stop-after 1 |
    grep -q 'without SDL'
then
    expect 6 'built without SDL' run --display sdl loop
    finish
    exit
fi

unset DISPLAY WAYLAND_DISPLAY
expect 6 'no window: ' run --display sdl --stop-after 1M loop
SDL_VIDEODRIVER=none-such
export SDL_VIDEODRIVER
expect 6 'no window: ' run --display sdl --stop-after 1M loop
# SDL's driver without a screen: all but the picture is as in a real window.
SDL_VIDEODRIVER=dummy
leave 05 >leave
expect 11 '' run --display sdl leave
taken=$(milliseconds --display sdl --stop-after 30M loop)
check "in a window 0.3 seconds took $taken ms" test "$taken" -ge 290
expect 8 'time is over' run --display sdl --timeout 0.3 idle
cli_hlt >dead
expect 12 'HLT|halted' run --display sdl --timeout 0.5 dead
finish
