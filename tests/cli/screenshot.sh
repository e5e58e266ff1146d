#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --screenshot writes a picture of the end of any run, or says why not before
# the run begins. What the picture shows is tested in tests/unit/devices.
set -u

. "${top_srcdir:-.}/tests/cli/setup.sh"

# The eight bytes that every PNG begins with.
is_png()
{
    [ "$(od -An -tx1 -N8 "$1" | tr -d ' ')" = 89504e470d0a1a0a ]
}

leave 02 >leave
loop >loop
if "$PAGEWALK" run --screenshot try.png leave 2>&1 </dev/null |
    grep -q 'without libpng'
then
    expect 6 'try.png: .*without libpng' run --screenshot try.png leave
    finish
    exit
fi

expect 5 '' run --screenshot a.png leave
check 'a picture after an exit' is_png a.png
expect 8 'time is over' run --timeout 0.2 --screenshot b.png loop
check 'a picture after a timeout' is_png b.png
expect 0 '' run --stop-after 1M --screenshot c.png loop
check 'a picture at a tick' is_png c.png
expect 0 '' run --stop-after 1M --screenshot d.png loop
check 'the same picture of the same run' cmp -s c.png d.png

expect 6 'none/a.png: No such file' run --screenshot none/a.png leave
mkdir directory
expect 6 'directory: Is a directory' run --screenshot directory leave
expect 2 'screenshot needs a value' run --screenshot
check 'no other file is left' test "$(ls ./*.png | wc -l)" -eq 5
finish
