#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs that are recorded, checked and blessed by a manifest.
set -u
. "${top_srcdir:-.}/tests/cli/setup.sh"
. "${top_srcdir:-.}/tests/cli/guests.sh"

trace() { "$PAGEWALK" trace "$@" >out 2>err </dev/null; }

mkdir runs
paging_guest >runs/paging.bin
loop >runs/loop.bin
cat >runs/manifest <<'_MANIFEST'
# name, and arguments of run; paths are seen from here
paging  --events all paging.bin
loop    --events exec --stop-after 100 loop.bin
_MANIFEST

trace record runs
check 'the rows are recorded' test $? -eq 0
check 'and counted' grep -q '^2 recorded$' out
check 'each has its trace' test -s runs/paging.trace/stream
trace check runs
check 'the same runs agree' test $? -eq 0
check 'and this is said' grep -q '^2 compared, 0 differ$' out

# Another page is written: the operand of MOV [200000h].
sed 's/\xc7\x05\x00\x00\x20\x00/\xc7\x05\x00\x10\x20\x00/' runs/paging.bin \
    >other.bin
check 'the guest was changed' test "$(cmp -l runs/paging.bin other.bin |
    wc -l)" -eq 1
cp other.bin runs/paging.bin
trace check runs
check 'a changed guest is found' test $? -eq 1
check 'at its first difference' grep -q '^first difference, behind ' out
check 'with both lines' grep -Eq '^\+ .* 00201000' out
check 'the other row agrees' grep -q '^2 compared, 1 differ$' out
trace check runs
check 'checking changes nothing' test $? -eq 1
trace bless runs
check 'it can be blessed' test $? -eq 0
check 'and what changed is told' grep -q '^first difference, behind ' out
trace check runs
check 'and agrees then' test $? -eq 0

expect 6 'nowhere: No such file' trace check nowhere
mkdir empty
expect 6 'manifest: No such file' trace check empty
echo 'a/b --events all loop.bin' >empty/manifest
expect 6 'a row is a name' trace record empty
echo 'gone gone.bin' >empty/manifest
trace record empty
check 'a run that fails is told' grep -q 'gone: the run failed' err

finish
