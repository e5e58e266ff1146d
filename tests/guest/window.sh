#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The window as a user has it: under an X server of its own, with real key and
# mouse events. The picture must be the one that the same keys give headless.
set -u

. "${top_srcdir:-.}/tests/guest/setup.sh"

for program in Xvfb xdotool; do
    command -v "$program" >/dev/null || {
        echo "$program is not installed"
        exit 77
    }
done
build "$guest_tests/echo_keys.S" echo.elf
"$PAGEWALK" run --display sdl --screenshot try.png echo.elf </dev/null 2>&1 |
    grep -qE 'without (SDL|libpng)' && {
    echo 'this build has no window or no pictures'
    exit 77
}

# Ends what was started, and removes the directory as setup.sh would.
x_server=
run=
tidy()
{
    [ -z "$run" ] || kill "$run" 2>/dev/null
    [ -z "$x_server" ] || kill "$x_server" 2>/dev/null
    rm -rf "$work"
}
trap tidy EXIT

# eventually COMMAND...: it succeeds within a minute.
eventually()
{
    for _ in $(seq 600); do
        "$@" && return
        sleep 0.1
    done
    return 1
}

Xvfb -displayfd 3 -screen 0 1024x768x24 -nolisten tcp -noreset 3>number 2>x.log &
x_server=$!
eventually test -s number || {
    echo "Xvfb does not start: $(cat x.log)"
    exit 77
}
DISPLAY=:$(cat number)
SDL_VIDEODRIVER=x11
SDL_RENDER_DRIVER=software
export DISPLAY SDL_VIDEODRIVER SDL_RENDER_DRIVER
# What the libraries under SDL keep until the end is no leak of ours.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

# shellcheck disable=SC2120 # options are for some of its callers
open_window()
{
    "$PAGEWALK" run --display sdl --serial null --timeout 60 "$@" echo.elf 2>err </dev/null &
    run=$!
    window=
    rm -f pagewalk-*.png
    eventually find_window || fail "no window: $(cat err)"
    xdotool windowfocus --sync "$window"
    eventually hears || fail "the window hears no keys: $(cat err)"
}

# The window takes keys from when it knows that it has the focus: press its own
# chord until it answers.
hears()
{
    xdotool key --delay 30 ctrl+alt+s
    sleep 0.3
    test -s pagewalk-1.png
}

# saved PICTURE: one of those on request is that picture.
saved()
{
    for file in pagewalk-*.png; do
        cmp -s "$file" "$1" && return
    done
    return 1
}

find_window()
{
    window=$(xdotool search --onlyvisible --name '^pagewalk: echo.elf' 2>/dev/null)
    [ -n "$window" ]
}

# end STATUS: the run ends by itself, with that status.
end()
{
    status=0
    wait "$run" || status=$?
    run=
    check "status $status, not $1: $(cat err)" test "$status" -eq "$1"
}

# Keys and a click, and a picture on request, are those of a scripted run.
open_window --screenshot window.png
xdotool key --delay 30 h e l l o comma space w o r l d
xdotool key --delay 30 ctrl+alt+s Escape
end 33
printf 'keys "hello, world" escape\n' >keys
"$PAGEWALK" run --input keys --screenshot keys.png echo.elf 2>err </dev/null
check 'the picture of the same keys without a window' \
    cmp window.png keys.png
check 'the picture on request' saved keys.png

# The first click is the window's, the second the guest's.
open_window --screenshot mouse.png
xdotool mousemove --window "$window" 300 200 click 1
sleep 0.3
xdotool mousemove_relative 20 5 mousedown 1
sleep 0.3
xdotool mouseup 1
sleep 0.3
xdotool key --delay 30 ctrl+alt+g
xdotool key Escape
end 33
"$PAGEWALK" run --stop-after 10M --screenshot none.png echo.elf 2>err </dev/null
check 'the mouse arrived' test "$(cmp -s mouse.png none.png; echo $?)" -eq 1

# Closed by the user, the run ends well.
open_window
xdotool key --delay 30 ctrl+alt+q
end 0
finish
