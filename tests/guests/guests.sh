# SPDX-License-Identifier: MIT
#
# The guests that tests/guests/run knows: what each is, how it is started, what
# is typed, and which text shows that it works.
# shellcheck shell=sh disable=SC2034,SC2154

ALL_GUESTS="memtest_pass grub_floppy grub_cd isolinux installer installer_cd \
debian_symbols linux486"
QUICK_GUESTS='memtest_start grub_floppy grub_cd isolinux linux_version'

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

# The symbols read out of the kernel's memory are those that it tells itself.
guest_debian_symbols()
{
    need debian_symbols debian-installer-12-netboot-i386 || return 0
    images=$cache/usr/lib/debian-installer/images/12/i386/text
    play debian_symbols 900 'after serial "Run /bin/sh as init process"
        after serial "# " wait 50M serial "mount -t proc proc /proc; dmesg -n 1\n"
        after serial "# " wait 50M serial "cat /proc/kallsyms; echo is\"\" over!\n"
        after serial "is over!" stop' -m 512M --inspect symbols \
        --initrd "$images/debian-installer/i386/initrd.gz" \
        --append 'noapic nolapic acpi=off console=ttyS0,115200n8 rdinit=/bin/sh' "$images/debian-installer/i386/linux" || return 0
    tr -d '\r' <"$work/debian_symbols.serial" |
        grep -E '^[0-9a-f]{8} [A-Za-z] [^[:space:]]+$' >"$work/told"
    same_symbols debian_symbols "$work/told"
}

# same_symbols GUEST MAP: what --inspect symbols has printed is that map.
same_symbols()
{
    LC_ALL=C sort "$work/out" >"$work/read"
    LC_ALL=C sort "$2" >"$work/map"
    if [ -s "$work/read" ] && cmp -s "$work/read" "$work/map"; then
        echo "  all of $(wc -l <"$work/read") symbols agree"
    else
        echo "FAIL $1: symbols: $(wc -l <"$work/read") read, not" \
            "$(wc -l <"$work/map"); the first that differ:"
        diff "$work/read" "$work/map" | grep '^[<>]' | head -n 5
        failed=$((failed + 1))
    fi
}

# boot GUEST SECONDS SCRIPT ARGUMENT...: from a drive, through SeaBIOS.
boot()
{
    guest=$1
    seconds=$2
    script=$3
    shift 3
    need "$guest" seabios || return 0
    play "$guest" "$seconds" "$script" \
        --bios "$cache/usr/share/seabios/bios-256k.bin" \
        --vga-bios "$cache/usr/share/seabios/vgabios-stdvga.bin" "$@"
}

# make_iso GUEST ARGUMENT...: xorriso, fetched where it is not installed.
make_iso()
{
    guest=$1
    shift
    if command -v xorriso >/dev/null; then
        xorriso "$@" >"$work/iso" 2>&1 && return 0
    else
        need "$guest" xorriso libisoburn1 libburn4 libisofs6 libjte2 ||
            return 1
        LD_LIBRARY_PATH=$cache/usr/lib/x86_64-linux-gnu \
            "$cache/usr/bin/xorriso" "$@" >"$work/iso" 2>&1 && return 0
    fi
    skip "$guest" "no image could be made: $(tail -n 1 "$work/iso")"
    return 1
}

# grub GUEST ARGUMENT...: out of the menu, two commands by the keyboard.
grub()
{
    guest=$1
    shift
    need "$guest" grub-rescue-pc || return 0
    boot "$guest" 300 'after screen "Press enter to boot" wait 20M keys "c"
        after prompt "grub> " keys "ls" enter
        after prompt "grub> " keys "echo It works: 6*7=42!" enter
        after screen "grub> echo It works: 6*7=42!"
        after prompt "grub> " stop' "$@"
}

guest_grub_floppy()
{
    grub grub_floppy --floppy "$cache/usr/lib/grub-rescue/grub-rescue-floppy.img"
}

guest_grub_cd()
{
    grub grub_cd --cdrom "$cache/usr/lib/grub-rescue/grub-rescue-cdrom.iso"
}

# Its prompt, and a kernel by name: memtest86+ by its real-mode entry.
guest_isolinux()
{
    need isolinux isolinux syslinux-common memtest86+ || return 0
    mkdir -p "$work/isolinux"
    cp "$cache/usr/lib/ISOLINUX/isolinux.bin" \
        "$cache/usr/lib/syslinux/modules/bios/ldlinux.c32" "$work/isolinux"
    cp "$cache/boot/memtest86+ia32.bin" "$work/isolinux/memtest"
    printf 'PROMPT 1\n' >"$work/isolinux/isolinux.cfg"
    make_iso isolinux -as mkisofs -o "$work/isolinux.iso" -b isolinux.bin \
        -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
        "$work/isolinux" || return 0
    boot isolinux 200 'after screen "ISOLINUX"
        after prompt "boot: " keys "memtest nosmp" enter
        after screen "Memtest86+"
        after screen "Test #3" stop' -m 32M --cdrom "$work/isolinux.iso"
}

# The installer's kernel, loaded by GRUB from a CD, on the text screen.
guest_installer_cd()
{
    need installer_cd grub-rescue-pc debian-installer-12-netboot-i386 ||
        return 0
    images=$cache/usr/lib/debian-installer/images/12/i386/text
    cat >"$work/grub.cfg" <<EOF
linux /linux noapic nolapic acpi=off fb=false nomodeset DEBIAN_FRONTEND=text
initrd /initrd.gz
boot
EOF
    make_iso installer_cd \
        -indev "$cache/usr/lib/grub-rescue/grub-rescue-cdrom.iso" \
        -outdev "$work/installer.iso" -boot_image any replay \
        -map "$images/debian-installer/i386/linux" /linux \
        -map "$images/debian-installer/i386/initrd.gz" /initrd.gz \
        -map "$work/grub.cfg" /boot/grub/grub.cfg || return 0
    boot installer_cd 1200 "after screen \"Prompt: '?' for help\"
        wait 50M keys \"10\" enter
        after screen \"Land oder Gebiet\" stop" \
        -m 512M --cdrom "$work/installer.iso"
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
        --inspect symbols \
        --append 'console=ttyS0,115200 no387' "$cache/linux486/bzImage" ||
        return 0
    linux486_addresses
    linux486_allocators
    # The tables of the symbols, and absolute ones, are not among them.
    grep -Ev ' A | D kallsyms_' "$cache/linux486/kernel/System.map" \
        >"$work/told"
    same_symbols linux486 "$work/told"
}

# The same boot with --probe-allocators: no object is handed out twice, and what
# is freed was handed out, the nodes of maple trees in bulk. What one function
# returns, another around it may return at once.
linux486_allocators()
{
    "$PAGEWALK" run --cpu 486 -m 160M --initrd "$cache/linux486/initrd" \
        --append 'console=ttyS0,115200 no387' --serial null --timeout 100 \
        --stop-on 'init: the x87 is emulated' --probe-allocators \
        "$cache/linux486/bzImage" 2>"$work/probed" >"$work/nothing" </dev/null
    awk '
        {
            sub(/.* probe  */, "")
            at = $0
            sub(/.*(object|address)=/, "", at)
            sub(/[,)].*/, "", at)
        }
        /^(__kmalloc|kmalloc|kmem_cache_alloc|_*vmalloc|vzalloc|module_alloc).* -> / {
            taken += $NF != last
            twice += $NF in alive && $NF != last
            alive[last = $NF]
        }
        /^(kfree|vfree|kmem_cache_free|kmem_cache_free_bulk)\(/ &&
            !/ returns$/ && at != "0x0" {
            freed++
            unknown += !(at in alive)
            delete alive[at]
            last = ""
        }
        END { print taken + 0, freed + 0, twice + 0, unknown + 0 }
    ' "$work/probed" >"$work/heap"
    read -r taken freed twice unknown <"$work/heap"
    if [ "$taken" -gt 3000 ] && [ "$freed" -gt 1000 ] && [ "$twice" -eq 0 ] &&
        [ "$unknown" -eq 0 ] &&
        grep -q '^probes: .* calls, 0 of them not over$' "$work/probed"; then
        echo "  $taken objects handed out, $freed freed, none unknown"
    else
        echo "FAIL linux486: $taken objects handed out, $twice of them twice," \
            "$freed freed, $unknown of them unknown"
        failed=$((failed + 1))
    fi
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
