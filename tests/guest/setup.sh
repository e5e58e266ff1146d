# SPDX-License-Identifier: MIT
#
# Sourced by the tests that run guests: the tour, and small guests of their
# own. It stands on the set-up of the tests of the command, for the directory
# that goes away again and for the expectations.
# shellcheck shell=sh

# shellcheck disable=SC2034 # for those who source this
guest_tests=$(cd "${top_srcdir:-.}" && pwd)/tests/guest
TOUR=$(cd "${top_builddir:-.}" && pwd)/guest/tour.elf
. "${top_srcdir:-.}/tests/cli/setup.sh"
# shellcheck disable=SC2034 # for those who source this
CHAPTERS='bootmem pages kmalloc slab mempool vmalloc highmem percpu addresses tlb compare ioport iomem process fault mmap gfp swap dma'

if [ -z "${GUEST_COMPILE-}" ] || [ ! -e "$TOUR" ]; then
    echo 'there is no compiler for guests here: they are not run'
    exit 77
fi

# tour FILE ARGUMENT...: the tour's output goes to FILE, without the carriage
# return at the end of a line; errors to FILE.err. The status is the run's.
tour()
{
    output=$1
    shift
    status=0
    "$PAGEWALK" run "$@" "$TOUR" >raw 2>"$output.err" </dev/null || status=$?
    tr -d '\r' <raw >"$output"
    return "$status"
}

# What no machine changes: all lines but those the guest marks.
same_everywhere()
{
    grep -av '^machine: ' "$1"
}

# state FILE IMAGE ARGUMENT...: what the guest printed, and all that a run
# shows of its end. Left out is what depends on the host, and how often code
# was decoded: tracing may cut blocks.
state()
{
    file=$1
    image=$2
    shift 2
    "$PAGEWALK" run "$@" --inspect regs --inspect tlb --inspect pages \
        --stats=json "$image" >"$file" 2>"$file.err" </dev/null ||
        fail "$*: status $?: $(cat "$file.err")"
    grep -q '"ticks"' "$file.err" || fail "$*: no statistics"
    sed 's/"seconds": [^,]*, "mips": [^,]*,//
        s/"blocks_[a-z]*": [0-9]*,//g' "$file.err" >>"$file"
}

# build SOURCE IMAGE: a guest of one file, loaded at 1 MiB.
build()
{
    # shellcheck disable=SC2086 # a compiler and its flags
    $GUEST_COMPILE -I"${top_srcdir:-.}" -nostdlib -static -Wl,--build-id=none \
        -Wl,-N -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
        -Wl,-Ttext=0x100000 -o "$2" "$1" ||
        fail "$1 does not build"
}
