#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The traces that are kept come again, event for event: of each chapter of the
# tour, and of a guest in which something happens all the time. What differs is
# shown from the first difference on; `make bless` keeps the new ones.
set -u
. "${top_srcdir:-.}/tests/traces/setup.sh"

for name in $names; do
    check "$name: a trace is kept" test -s "runs/$name.trace/stream"
done
"$PAGEWALK" trace check runs >out 2>err
status=$?
[ "$status" -eq 0 ] || cat out err
check 'they come again (if on purpose: make bless)' test "$status" -eq 0
check 'all of them' grep -q "^$(echo "$names" | wc -w) compared, 0 differ" out

finish
