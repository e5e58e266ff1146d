# SPDX-License-Identifier: MIT
#
# Sourced behind setup.sh: larger guests made of bytes.
# shellcheck shell=sh

# A page table at 8 MiB maps the first 4 MiB to themselves, paging goes on,
# then one page is written, and the next one, which is not mapped.
paging_guest()
{
    bytes bf 00 00 80 00 0f 22 df c7 07 03 10 80 00 31 c9 # CR3, PDE
    bytes 89 c8 c1 e0 0c 83 c8 03 89 04 8d 00 10 80 00    # PTEs
    bytes 41 81 f9 00 04 00 00 75 e8
    bytes 0f 20 c0 0d 00 00 00 80 0f 22 c0                # CR0.PG
    bytes c7 05 00 00 20 00 2a 00 00 00                   # write 0x200000
    bytes c7 05 10 00 50 00 2a 00 00 00                   # write 0x500010
}
