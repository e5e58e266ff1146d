# SPDX-License-Identifier: MIT
#
# Sourced by the tests of the command: a directory that goes away again,
# guests made of bytes, and expectations that count what failed.
# shellcheck shell=sh

PAGEWALK=${PAGEWALK:-./pagewalk}
case $PAGEWALK in
*/*) PAGEWALK=$(cd "$(dirname "$PAGEWALK")" && pwd)/${PAGEWALK##*/} ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/pagewalk-cli.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
cd "$work" || exit 1
checks=0
bad=0

# bytes HEX...: each as one byte on standard output.
bytes()
{
    for byte in "$@"; do
        # shellcheck disable=SC2059 # the format is the byte
        printf "\\$(printf %03o "0x$byte")"
    done
}

# word VALUE: 32 bits, lowest byte first.
word()
{
    # shellcheck disable=SC2046 # four words
    bytes $(printf '%x %x %x %x' $(($1 & 255)) $(($1 >> 8 & 255)) \
        $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))
}

# half VALUE: 16 bits.
half()
{
    # shellcheck disable=SC2046 # two words
    bytes $(printf '%x %x' $(($1 & 255)) $(($1 >> 8 & 255)))
}

# elf MACHINE TYPE PHYSICAL MEMORY-SIZE: an ELF32 executable whose one segment
# is HLT and JMP back to it.
elf()
{
    bytes 7f 45 4c 46 01 01 01 00 00 00 00 00 00 00 00 00
    half "$2"; half "$1"; word 1; word "$3"; word 52; word 0; word 0
    half 52; half 32; half 1; half 40; half 0; half 0
    word 1; word 84; word "$3"; word "$3"; word 4; word "$4"; word 5; word 4
    bytes f4 eb fd 90
}

# Guests as flat binaries.
cli_hlt() { bytes fa f4; }
loop() { bytes eb fe; }
leave() { bytes b0 "$1" e6 f4 eb fe; }
triple_fault() { bytes cc; }

# Print "hi" on COM1 ($1 = f8 03) or the debug port ($1 = e9 00), power off.
print_hi()
{
    bytes 66 ba "$1" "$2" b0 68 ee b0 69 ee b0 0a ee
    bytes 66 ba 04 06 66 b8 00 20 66 ef eb fe
}

fail()
{
    bad=$((bad + 1))
    echo "FAIL: $*"
}

# expect STATUS PATTERN ARGUMENT...: `pagewalk ARGUMENT...` ends with STATUS
# and says one line on standard error that the extended pattern matches. An
# empty PATTERN: it says nothing.
expect()
{
    checks=$((checks + 1))
    wanted=$1
    pattern=$2
    shift 2
    status=0
    "$PAGEWALK" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] ||
        fail "pagewalk $*: status $status, not $wanted: $(cat err)"
    if [ -z "$pattern" ]; then
        [ ! -s err ] || fail "pagewalk $*: said: $(cat err)"
    else
        grep -Eq "^pagewalk: .*($pattern)" err ||
            fail "pagewalk $*: no /$pattern/ in: $(cat err)"
        [ "$(wc -l <err)" -eq 1 ] || fail "pagewalk $*: not one line: $(cat err)"
    fi
}

# check WHAT COMMAND...: the command succeeds.
check()
{
    checks=$((checks + 1))
    what=$1
    shift
    "$@" || fail "$what"
}

finish()
{
    echo "$checks checks, $bad failed"
    [ "$bad" -eq 0 ]
}
