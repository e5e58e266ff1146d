/* SPDX-License-Identifier: MIT */
/* Opcodes behind 0F. SDM 2D, "Two-Byte Opcode Map". */
#include "cpu/opcodes.h"

#include "cpu/insn/bit.h"
#include "cpu/insn/bound.h"
#include "cpu/insn/branch.h"
#include "cpu/insn/convert.h"
#include "cpu/insn/exchange.h"
#include "cpu/insn/move.h"
#include "cpu/insn/muldiv.h"
#include "cpu/insn/segment.h"
#include "cpu/insn/shift.h"
#include "cpu/insn/system.h"

/* Status flags that an instruction leaves undefined. */
enum {
    U_SHIFT = FLAG_AF | FLAG_OF, /* OF: for counts other than 1 */
    U_MUL = FLAG_SF | FLAG_ZF | FLAG_AF | FLAG_PF,
    U_BIT = FLAG_OF | FLAG_SF | FLAG_AF | FLAG_PF,
    U_SCAN = FLAG_CF | FLAG_OF | FLAG_SF | FLAG_AF | FLAG_PF
};

/* clang-format off */
static const struct opcode group6[8] = {
    [0] = { "sldt",  op_sldt, NULL, Ev,   NONE, NONE, CPU_386, PROTECTED,                     0, NULL },
    [1] = { "str",   op_str,  NULL, Ev,   NONE, NONE, CPU_386, PROTECTED,                     0, NULL },
    [2] = { "lldt",  op_lldt, NULL, Ew,   NONE, NONE, CPU_386, WORD | PROTECTED | PRIVILEGED, 0, NULL },
    [3] = { "ltr",   op_ltr,  NULL, Ew,   NONE, NONE, CPU_386, WORD | PROTECTED | PRIVILEGED, 0, NULL },
    [4] = { "verr",  op_verr, NULL, Ew,   NONE, NONE, CPU_386, WORD | PROTECTED,              0, NULL },
    [5] = { "verw",  op_verw, NULL, Ew,   NONE, NONE, CPU_386, WORD | PROTECTED,              0, NULL },
    [6] = { "(bad)", NULL,    NULL, NONE, NONE, NONE, CPU_386, 0,                             0, NULL },
    [7] = { "(bad)", NULL,    NULL, NONE, NONE, NONE, CPU_386, 0,                             0, NULL },
};

static const struct opcode group7[8] = {
    [0] = { "sgdt",   op_sgdt,   NULL, Ms,   NONE, NONE, CPU_386, 0,                                   0, NULL },
    [1] = { "sidt",   op_sidt,   NULL, Ms,   NONE, NONE, CPU_386, 0,                                   0, NULL },
    [2] = { "lgdt",   op_lgdt,   NULL, Ms,   NONE, NONE, CPU_386, PRIVILEGED,                          0, NULL },
    [3] = { "lidt",   op_lidt,   NULL, Ms,   NONE, NONE, CPU_386, PRIVILEGED,                          0, NULL },
    [4] = { "smsw",   op_smsw,   NULL, Ev,   NONE, NONE, CPU_386, 0,                                   0, NULL },
    [5] = { "(bad)",  NULL,      NULL, NONE, NONE, NONE, CPU_386, 0,                                   0, NULL },
    [6] = { "lmsw",   op_lmsw,   NULL, Ew,   NONE, NONE, CPU_386, WORD | PRIVILEGED | ENDS_BLOCK,      0, NULL },
    [7] = { "invlpg", op_invlpg, NULL, M,    NONE, NONE, CPU_486, PRIVILEGED | ENDS_BLOCK | NO_ACCESS, 0, NULL },
};

static const struct opcode group8[8] = {
    [0] = { "(bad)", NULL,   NULL, NONE, NONE, NONE, CPU_386, 0,        0,     NULL },
    [1] = { "(bad)", NULL,   NULL, NONE, NONE, NONE, CPU_386, 0,        0,     NULL },
    [2] = { "(bad)", NULL,   NULL, NONE, NONE, NONE, CPU_386, 0,        0,     NULL },
    [3] = { "(bad)", NULL,   NULL, NONE, NONE, NONE, CPU_386, 0,        0,     NULL },
    [4] = { "bt",    op_bt,  NULL, Ev,   Ib,   NONE, CPU_386, 0,        U_BIT, NULL },
    [5] = { "bts",   op_bts, NULL, Ev,   Ib,   NONE, CPU_386, LOCKABLE, U_BIT, NULL },
    [6] = { "btr",   op_btr, NULL, Ev,   Ib,   NONE, CPU_386, LOCKABLE, U_BIT, NULL },
    [7] = { "btc",   op_btc, NULL, Ev,   Ib,   NONE, CPU_386, LOCKABLE, U_BIT, NULL },
};

static const struct opcode group9[8] = {
    [0] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
    [1] = { "cmpxchg8b", op_cmpxchg8b, NULL, Mq,   NONE, NONE, CPU_PENTIUM, LOCKABLE, 0, NULL },
    [2] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
    [3] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
    [4] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
    [5] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
    [6] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
    [7] = { "(bad)",     NULL,         NULL, NONE, NONE, NONE, CPU_386,     0,        0, NULL },
};

const struct opcode two_byte_map[256] = {
    /*       mnemonic, operation, specialised, dest, src, third, first model,
              attributes, undefined flags, group */
    [0x00] = { "group6",  NULL,           NULL,            NONE, NONE, NONE, CPU_386,        GROUP,                           0,       group6 },
    [0x01] = { "group7",  NULL,           NULL,            NONE, NONE, NONE, CPU_386,        GROUP,                           0,       group7 },
    [0x02] = { "lar",     op_lar,         NULL,            Gv,   Ew,   NONE, CPU_386,        PROTECTED,                       0,       NULL },
    [0x03] = { "lsl",     op_lsl,         NULL,            Gv,   Ew,   NONE, CPU_386,        PROTECTED,                       0,       NULL },
    [0x06] = { "clts",    op_clts,        NULL,            NONE, NONE, NONE, CPU_386,        PRIVILEGED | ENDS_BLOCK,         0,       NULL },
    [0x08] = { "invd",    op_invd,        NULL,            NONE, NONE, NONE, CPU_486,        PRIVILEGED,                      0,       NULL },
    [0x09] = { "wbinvd",  op_wbinvd,      NULL,            NONE, NONE, NONE, CPU_486,        PRIVILEGED,                      0,       NULL },
    [0x0b] = { "ud2",     op_ud2,         NULL,            NONE, NONE, NONE, CPU_386,        0,                               0,       NULL },
    [0x18] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x19] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x1a] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x1b] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x1c] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x1d] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x1e] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x1f] = { "nop",     op_nop,         NULL,            Ev,   NONE, NONE, CPU_PENTIUMPRO, NO_ACCESS,                       0,       NULL },
    [0x20] = { "mov",     op_mov_from_cr, NULL,            Rd,   Cd,   NONE, CPU_386,        DWORD | PRIVILEGED,              0,       NULL },
    [0x21] = { "mov",     op_mov_from_dr, NULL,            Rd,   Dd,   NONE, CPU_386,        DWORD | PRIVILEGED,              0,       NULL },
    [0x22] = { "mov",     op_mov_to_cr,   NULL,            Cd,   Rd,   NONE, CPU_386,        DWORD | PRIVILEGED | ENDS_BLOCK, 0,       NULL },
    [0x23] = { "mov",     op_mov_to_dr,   NULL,            Dd,   Rd,   NONE, CPU_386,        DWORD | PRIVILEGED | ENDS_BLOCK, 0,       NULL },
    [0x30] = { "wrmsr",   op_wrmsr,       NULL,            NONE, NONE, NONE, CPU_PENTIUM,    PRIVILEGED | ENDS_BLOCK,         0,       NULL },
    [0x31] = { "rdtsc",   op_rdtsc,       NULL,            NONE, NONE, NONE, CPU_PENTIUM,    0,                               0,       NULL },
    [0x32] = { "rdmsr",   op_rdmsr,       NULL,            NONE, NONE, NONE, CPU_PENTIUM,    PRIVILEGED,                      0,       NULL },
    [0x33] = { "rdpmc",   op_rdpmc,       NULL,            NONE, NONE, NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x40] = { "cmovo",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x41] = { "cmovno",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x42] = { "cmovb",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x43] = { "cmovae",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x44] = { "cmove",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x45] = { "cmovne",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x46] = { "cmovbe",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x47] = { "cmova",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x48] = { "cmovs",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x49] = { "cmovns",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x4a] = { "cmovp",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x4b] = { "cmovnp",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x4c] = { "cmovl",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x4d] = { "cmovge",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x4e] = { "cmovle",  op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x4f] = { "cmovg",   op_cmov,        &cmov_forms,     Gv,   Ev,   NONE, CPU_PENTIUMPRO, 0,                               0,       NULL },
    [0x80] = { "jo",      op_jcc,         &jcc_forms[0],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x81] = { "jno",     op_jcc,         &jcc_forms[1],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x82] = { "jb",      op_jcc,         &jcc_forms[2],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x83] = { "jae",     op_jcc,         &jcc_forms[3],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x84] = { "je",      op_jcc,         &jcc_forms[4],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x85] = { "jne",     op_jcc,         &jcc_forms[5],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x86] = { "jbe",     op_jcc,         &jcc_forms[6],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x87] = { "ja",      op_jcc,         &jcc_forms[7],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x88] = { "js",      op_jcc,         &jcc_forms[8],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x89] = { "jns",     op_jcc,         &jcc_forms[9],   NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x8a] = { "jp",      op_jcc,         &jcc_forms[10],  NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x8b] = { "jnp",     op_jcc,         &jcc_forms[11],  NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x8c] = { "jl",      op_jcc,         &jcc_forms[12],  NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x8d] = { "jge",     op_jcc,         &jcc_forms[13],  NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x8e] = { "jle",     op_jcc,         &jcc_forms[14],  NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x8f] = { "jg",      op_jcc,         &jcc_forms[15],  NONE, Jz,   NONE, CPU_386,        NEAR_BRANCH,                     0,       NULL },
    [0x90] = { "seto",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x91] = { "setno",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x92] = { "setb",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x93] = { "setae",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x94] = { "sete",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x95] = { "setne",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x96] = { "setbe",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x97] = { "seta",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x98] = { "sets",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x99] = { "setns",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x9a] = { "setp",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x9b] = { "setnp",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x9c] = { "setl",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x9d] = { "setge",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x9e] = { "setle",   op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0x9f] = { "setg",    op_set,         &set_forms,      Eb,   NONE, NONE, CPU_386,        BYTE,                            0,       NULL },
    [0xa0] = { "push",    op_push_fs,     &push_fs_forms,  NONE, NONE, NONE, CPU_386,        USES_STACK,                      0,       NULL },
    [0xa1] = { "pop",     op_pop_fs,      &pop_fs_forms,   NONE, NONE, NONE, CPU_386,        USES_STACK,                      0,       NULL },
    [0xa2] = { "cpuid",   op_cpuid,       NULL,            NONE, NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xa3] = { "bt",      op_bt,          NULL,            Ev,   Gv,   NONE, CPU_386,        0,                               U_BIT,   NULL },
    [0xa4] = { "shld",    op_shld,        &shld_forms,     Ev,   Gv,   Ib,   CPU_386,        0,                               U_SHIFT, NULL },
    [0xa5] = { "shld",    op_shld_cl,     NULL,            Ev,   Gv,   CL,   CPU_386,        0,                               U_SHIFT, NULL },
    [0xa8] = { "push",    op_push_gs,     &push_gs_forms,  NONE, NONE, NONE, CPU_386,        USES_STACK,                      0,       NULL },
    [0xa9] = { "pop",     op_pop_gs,      &pop_gs_forms,   NONE, NONE, NONE, CPU_386,        USES_STACK,                      0,       NULL },
    [0xab] = { "bts",     op_bts,         NULL,            Ev,   Gv,   NONE, CPU_386,        LOCKABLE,                        U_BIT,   NULL },
    [0xac] = { "shrd",    op_shrd,        &shrd_forms,     Ev,   Gv,   Ib,   CPU_386,        0,                               U_SHIFT, NULL },
    [0xad] = { "shrd",    op_shrd_cl,     NULL,            Ev,   Gv,   CL,   CPU_386,        0,                               U_SHIFT, NULL },
    [0xaf] = { "imul",    op_imul_two,    &imul_two_forms, Gv,   Ev,   NONE, CPU_386,        0,                               U_MUL,   NULL },
    [0xb0] = { "cmpxchg", op_cmpxchg,     NULL,            Eb,   Gb,   NONE, CPU_486,        LOCKABLE | BYTE,                 0,       NULL },
    [0xb1] = { "cmpxchg", op_cmpxchg,     NULL,            Ev,   Gv,   NONE, CPU_486,        LOCKABLE,                        0,       NULL },
    [0xb2] = { "lss",     op_lss,         NULL,            Gv,   Mp,   NONE, CPU_386,        ENDS_BLOCK,                      0,       NULL },
    [0xb3] = { "btr",     op_btr,         NULL,            Ev,   Gv,   NONE, CPU_386,        LOCKABLE,                        U_BIT,   NULL },
    [0xb4] = { "lfs",     op_lfs,         NULL,            Gv,   Mp,   NONE, CPU_386,        0,                               0,       NULL },
    [0xb5] = { "lgs",     op_lgs,         NULL,            Gv,   Mp,   NONE, CPU_386,        0,                               0,       NULL },
    [0xb6] = { "movzx",   op_movzx8,      &movzx8_forms,   Gv,   Eb,   NONE, CPU_386,        0,                               0,       NULL },
    [0xb7] = { "movzx",   op_movzx16,     &movzx16_forms,  Gv,   Ew,   NONE, CPU_386,        0,                               0,       NULL },
    [0xba] = { "group8",  NULL,           NULL,            NONE, NONE, NONE, CPU_386,        GROUP,                           0,       group8 },
    [0xbb] = { "btc",     op_btc,         NULL,            Ev,   Gv,   NONE, CPU_386,        LOCKABLE,                        U_BIT,   NULL },
    [0xbc] = { "bsf",     op_bsf,         NULL,            Gv,   Ev,   NONE, CPU_386,        0,                               U_SCAN,  NULL },
    [0xbd] = { "bsr",     op_bsr,         NULL,            Gv,   Ev,   NONE, CPU_386,        0,                               U_SCAN,  NULL },
    [0xbe] = { "movsx",   op_movsx8,      &movsx8_forms,   Gv,   Eb,   NONE, CPU_386,        0,                               0,       NULL },
    [0xbf] = { "movsx",   op_movsx16,     &movsx16_forms,  Gv,   Ew,   NONE, CPU_386,        0,                               0,       NULL },
    [0xc0] = { "xadd",    op_xadd,        NULL,            Eb,   Gb,   NONE, CPU_486,        LOCKABLE | BYTE,                 0,       NULL },
    [0xc1] = { "xadd",    op_xadd,        NULL,            Ev,   Gv,   NONE, CPU_486,        LOCKABLE,                        0,       NULL },
    [0xc7] = { "group9",  NULL,           NULL,            NONE, NONE, NONE, CPU_386,        GROUP,                           0,       group9 },
    [0xc8] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xc9] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xca] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xcb] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xcc] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xcd] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xce] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
    [0xcf] = { "bswap",   op_bswap,       &bswap_forms,    Zv,   NONE, NONE, CPU_486,        0,                               0,       NULL },
};
/* clang-format on */
