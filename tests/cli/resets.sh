#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every way in which a guest resets the board: the image starts again, the
# CMOS keeps what was written to it, and --no-reboot ends the run.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"

# resets NAME BYTE...: a guest that runs these bytes when it starts first, and
# leaves with status 7 when it starts again, which it knows from the CMOS.
resets()
{
    name=$1
    shift
    {
        bytes b0 40 e6 70 e4 71 84 c0 75 "$(printf %02x $(($# + 10)))"
        bytes b0 40 e6 70 b0 01 e6 71 "$@" eb fe
        bytes b0 03 e6 f4 eb fe
    } >"$name.bin"
    expect 7 '' run --stop-after 1M "$name.bin"
    expect 0 'no-reboot: the guest reset' run --no-reboot --stop-after 1M \
        "$name.bin"
}

resets keyboard b0 fe e6 64
resets output-port b0 d1 e6 64 b0 02 e6 60
resets port-92 b0 01 e6 92
resets reset-control 66 ba f9 0c b0 02 ee b0 06 ee

# The A20 gate, shut: 0 and 1 MiB are the same byte.
# mov byte [0], 11; mov byte [100000], 22; cmp byte [0], 22
touch_both='c6 05 00 00 00 00 11 c6 05 00 00 10 00 22 80 3d 00 00 00 00 22'
for way in 'b0 00 e6 92' 'b0 dd e6 64' 'b0 d1 e6 64 b0 01 e6 60'; do
    # The image itself lies at 1 MiB: it copies itself to 8000 and runs there.
    # shellcheck disable=SC2086 # lists of bytes
    {
        bytes be 00 00 10 00 bf 00 80 00 00 b9 80 00 00 00 f3 a4
        bytes b8 18 80 00 00 ff e0
        bytes $way $touch_both
        # sete al; inc eax; out F4, al; jmp $
        bytes 0f 94 c0 40 e6 f4 eb fe
    } >gate.bin
    expect 5 '' run --stop-after 1M gate.bin
done

finish
