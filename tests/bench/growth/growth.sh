#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What an instruction costs does not grow with RAM, code or mapped pages, and
# what a list costs grows with its lines. Told by counts, which are the same on
# every run: blocks decoded, walks, and instructions of the host as callgrind
# sees them, where valgrind is there. Times are for `make bench-growth`.
#
# Usage: growth.sh                check
#        growth.sh --show [FILE]  what was counted, as a table; and put it into
#                                 the file, between its marks
set -u

guest=$(cd "${top_builddir:-.}" && pwd)/tests/bench/guest/growth.elf
show=${1-}
file=${2:+$(cd "$(dirname "$2")" && pwd)/${2##*/}}
. "${top_srcdir:-.}/tests/cli/setup.sh"

if [ ! -e "$guest" ]; then
    echo 'there is no compiler for guests here: none was built'
    exit 77
fi

# run RAM WORDS OPTION...: the guest, with these words on its command line.
run()
{
    size=$1
    words=$2
    shift 2
    $host "$PAGEWALK" run -m "$size" "$@" "$guest" --append "con=1 $words" \
        >out 2>err </dev/null
}

# statistic NAME RAM WORDS: one of the counters of a run.
statistic()
{
    host='' run "$2" "$3" --stats=json
    sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" err
}

# collected: what callgrind saw of the last command.
collected()
{
    sed -n 's/.*Collected : //p' err
}

# cost RAM WORDS OPTION...: instructions of the host for a run.
cost()
{
    host=$callgrind run "$@"
    collected
}

# iteration RAM WORDS: those of one iteration more.
iteration()
{
    less=$(cost "$1" "iters=1 $2")
    echo $(($(cost "$1" "iters=2 $2") - less))
}

# row WHAT FIRST SECOND PERCENT: the second count is as large as the first.
row()
{
    difference=$((($3 - $2) * 1000 / $2))
    echo "| $1 | $2 | $3 |" >>table
    [ -z "$show" ] || tail -n 1 table
    check "$1: $2, then $3, which is not within $4 percent" \
        test "${difference#-}" -le $(($4 * 10))
}

# The table in the place of what stood between the marks.
keep()
{
    awk '/^<!-- counts: end -->/ { skip = 0 }
        !skip { print }
        /^<!-- counts: begin -->/ {
            skip = 1
            while ((getline line <"table") > 0)
                print line
        }' "$1" >kept && cat kept >"$1"
}

printf '%s\n' '| count | small | large |' '| --- | --: | --: |' >table
[ -z "$show" ] || cat table

# --- The machine's own counters ---------------------------------------------

row 'blocks decoded, 1 MiB of code run 16 times, 64 times' \
    "$(statistic blocks_decoded 16M 'iters=4 code=1024')" \
    "$(statistic blocks_decoded 16M 'iters=16 code=1024')" 1
row 'the same, 4 MiB of code' \
    "$(statistic blocks_decoded 16M 'iters=4 code=4096')" \
    "$(statistic blocks_decoded 16M 'iters=16 code=4096')" 1
# More than the cache holds: decoded anew is a part of it, not all.
decoded=$(statistic blocks_decoded 16M 'iters=4 code=4608')
more=$(statistic blocks_decoded 16M 'iters=12 code=4608')
row 'blocks run by 8 rounds of 4.5 MiB of code, of these decoded' \
    $((8 * 4608 * 16)) $((more - decoded)) 100
check "$((more - decoded)) blocks of 8 rounds are decoded, not a quarter" \
    test $((more - decoded)) -le $((8 * 4608 * 16 / 4))
row 'walks, 32 pages of 32 in use, of 131072' \
    "$(statistic walks 160M 'iters=1 pages=32 touch=32')" \
    "$(statistic walks 160M 'iters=1 pages=131072 touch=32')" 0
row 'walks, 65536 reads all over 16384 pages, 131072' \
    "$(statistic walks 160M 'iters=1 pages=16384 touch=16384')" \
    "$(statistic walks 160M 'iters=1 pages=131072 touch=131072')" 1

# --- Instructions of the host ------------------------------------------------

callgrind='valgrind --tool=callgrind --callgrind-out-file=callgrind'
# A build with sanitizers ends there before the guest has begun.
if ! command -v valgrind >/dev/null ||
    ! { cost 16M 'iters=1' >/dev/null && grep -aq '^END' out; }; then
    echo 'without valgrind: counters only'
    finish
    exit
fi

row 'instructions for 1.4 million of the guest, 16 MiB of RAM, 3 GiB' \
    "$(iteration 16M code=64)" "$(iteration 3G code=64)" 1
row 'the same, 4 KiB of code, 1 MiB' \
    "$(iteration 16M code=4)" "$(iteration 16M code=1024)" 2
row 'the same, 4 KiB of code, 4 MiB' \
    "$(iteration 16M code=4)" "$(iteration 16M code=4096)" 10
row 'instructions for 65536 reads, 32 pages of 32, of 131072' \
    "$(iteration 160M 'pages=32 touch=32')" \
    "$(iteration 160M 'pages=131072 touch=32')" 1
# Where there are more pages than reads, most reads set an accessed bit as well.
row 'the same, all over 16384 pages, 131072' \
    "$(iteration 160M 'pages=16384 touch=16384')" \
    "$(iteration 160M 'pages=131072 touch=131072')" 6

# listing PAGES: what inspect pages adds to a run. The identity map is in each
# list.
listing()
{
    words="iters=1 pages=$1 touch=32"
    echo $(($(cost 160M "$words" --inspect pages) - $(cost 160M "$words")))
}
none=$(listing 32)
row 'instructions for a line of inspect pages, 1024 lines, 16384' \
    $((($(listing 1024) - none) / (1024 - 32))) \
    $((($(listing 16384) - none) / (16384 - 32))) 5

# events ITERATIONS: how many a trace of so many has, and what trace stat takes
# for all of them.
events()
{
    rm -rf trace
    host='' run 160M "iters=$1 pages=1024 touch=1024" --trace trace \
        --events mem
    $callgrind "$PAGEWALK" trace stat trace >out 2>err
    count=$(sed -n 's/^ticks .*, \([0-9]*\) .*/\1/p' out)
    taken=$(collected)
}

# step ITERATIONS: what it takes for each event more than the last trace has.
step()
{
    count_before=$count
    taken_before=$taken
    events "$1"
    each=$(((taken - taken_before) / (count - count_before)))
}
events 1
step 6
few=$each
step 20
row 'instructions for an event more of trace stat, to 0.6 and to 1.5 million' \
    "$few" "$each" 10

[ -z "$file" ] || keep "$file"
finish
