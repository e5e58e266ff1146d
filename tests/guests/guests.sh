# SPDX-License-Identifier: MIT
#
# The guests that tests/guests/run knows: what each is, how it is started, what
# is typed, and which text shows that it works.
# shellcheck shell=sh

ALL_GUESTS='memtest_pass installer linux486'
QUICK_GUESTS='memtest_start linux_version'

memtest()
{
    script=$1
    shift
    need "$1" memtest86+ || return 0
    play "$1" "$2" "$script" -m 32M --append 'console=ttyS0,115200 nosmp' \
        "$cache/boot/memtest86+ia32.bin"
}

# Two tests of its eleven.
guest_memtest_start()
{
    memtest 'after screen "Memtest86+"
        after screen "Test #0"
        after screen "Test #3" wait 20M stop' memtest_start 120
}

# A whole pass over 32 MiB; errors would be counted in the same row.
guest_memtest_pass()
{
    memtest 'after screen "Pass:  1        Errors: 0 " stop' memtest_pass 1500
}

installer()
{
    script=$1
    shift
    need "$1" debian-installer-12-netboot-i386 || return 0
    images=$cache/usr/lib/debian-installer/images/12/i386/text
    play "$1" "$2" "$script" -m 512M \
        --initrd "$images/debian-installer/i386/initrd.gz" \
        --append "noapic nolapic acpi=off console=ttyS0,115200n8 \
DEBIAN_FRONTEND=text" "$images/debian-installer/i386/linux"
}

guest_linux_version()
{
    installer 'after serial "Linux version" stop' linux_version 200
}

# Its first question is answered, and the second one asked.
guest_installer()
{
    installer 'after serial "Run /init as init process"
        after serial "Starting system log"
        after serial "Choose the language"
        after serial "Prompt: " wait 50M serial "\n"
        after serial "Select your location" stop' installer 900
}

guest_linux486()
{
    [ -e "$cache/linux486/initrd" ] ||
        "$here/linux486/build" "$cache/linux486" >"$work/build" 2>&1 || {
        skip linux486 "cannot be built: $(tail -n 1 "$work/build")"
        return 0
    }
    play linux486 100 'after serial "Run /init as init process"
        after serial "init: the module is loaded"
        after serial "init: the x87 is emulated" stop' \
        --cpu 486 -m 160M --initrd "$cache/linux486/initrd" \
        --append 'console=ttyS0,115200 no387' "$cache/linux486/bzImage" &&
        linux486_addresses
}

# With 160 MiB, the direct map ends at 0xca000000, and vmalloc begins 8 MiB
# above it.
linux486_addresses()
{
    tr -d '\r' <"$work/linux486.serial" >"$work/lines"
    for row in 'pagemem c0000000 c9ffffff' 'kmallocmem c0000000 c9ffffff' \
        'vmallocmem ca800000 ffffffff'; do
        # shellcheck disable=SC2086 # three words
        set -- $row
        address=$(sed -n "s/^$1 addr=//p" "$work/lines")
        if [ $((0x${address:-0})) -ge $((0x$2)) ] &&
            [ $((0x${address:-0})) -le $((0x$3)) ]; then
            echo "  $1 $address, within $2 to $3"
        else
            echo "FAIL linux486: $1 '$address', not within $2 to $3"
            failed=$((failed + 1))
        fi
    done
}
