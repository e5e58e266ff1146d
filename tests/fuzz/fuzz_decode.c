/* SPDX-License-Identifier: MIT */
/*
 * Random bytes into the decoder, right before a page that may not be touched:
 * nothing may crash, the answer says how many bytes it took, fewer bytes want
 * more, and the same bytes give the same record.
 *
 * Usage: fuzz_decode SECONDS [SEED]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "cpu/decode.h"
#include "cpu/opcodes.h"
#include "tests/unit/random.h"

enum { BYTES_MAX = 24, ROUNDS_BETWEEN_LOOKS = 100000 };

struct fuzzer {
    struct random random;
    uint8_t *fence;
    uint8_t bytes[BYTES_MAX];
    uint8_t mode;
    const struct cpu_model *model;
    struct row_forms *forms; /* of the model */
    uint64_t by_status[DECODE_TOO_LONG + 1];
};

static void fail(const struct fuzzer *fuzzer, const char *what)
{
    (void)fprintf(stderr, "%s, %s, mode %u:", what, fuzzer->model->name,
                  fuzzer->mode);
    for (unsigned i = 0; i < BYTES_MAX; i++)
        (void)fprintf(stderr, " %02x", fuzzer->bytes[i]);
    (void)fputc('\n', stderr);
    abort();
}

/* Half of the bytes come from where decoding is lively. */
static uint8_t random_byte(struct random *random)
{
    static const uint8_t lively[] = {0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e,
                                     0x65, 0x0f, 0x0f, 0x0f, 0xc7, 0xba,
                                     0xff, 0xf7, 0x20, 0xc8, 0x9a, 0xa1};

    if (random_below(random, 3) == 0)
        return lively[random_below(random, sizeof lively)];
    return (uint8_t)random_next(random);
}

static enum decode_status decode(const struct fuzzer *fuzzer, unsigned count,
                                 struct insn *insn)
{
    memcpy(fuzzer->fence - count, fuzzer->bytes, count);
    return (enum decode_status)decode_insn(fuzzer->forms, fuzzer->fence - count,
                                           count, fuzzer->mode & MODE_CODE32,
                                           insn)
        ->status;
}

static void check(const struct fuzzer *fuzzer, enum decode_status status,
                  const struct insn *insn)
{
    struct insn other;
    unsigned fewer;

    if (insn->length == 0 || insn->length > INSN_LENGTH_MAX)
        fail(fuzzer, "length");
    if (status == DECODE_OK && !opcode_row(insn->row)->operate)
        fail(fuzzer, "row without an operation");
    if (decode(fuzzer, insn->length, &other) != status ||
        memcmp(&other, insn, sizeof other) != 0)
        fail(fuzzer, "bytes behind the instruction matter");
    for (fewer = 1; fewer < insn->length; fewer++) {
        if (decode(fuzzer, fewer, &other) != DECODE_MORE)
            fail(fuzzer, "truncated instruction");
    }
}

static void run_round(struct fuzzer *fuzzer)
{
    struct insn insn;
    enum decode_status status;

    for (unsigned i = 0; i < BYTES_MAX; i++)
        fuzzer->bytes[i] = random_byte(&fuzzer->random);
    if (random_below(&fuzzer->random, 8) == 0)
        memset(fuzzer->bytes, 0x66, random_below(&fuzzer->random, 17));
    fuzzer->mode = random_below(&fuzzer->random, 2) ? MODE_CODE32 : 0;
    status = decode(fuzzer, BYTES_MAX, &insn);
    fuzzer->by_status[status]++;
    if (status == DECODE_MORE)
        fail(fuzzer, "wants more than there can be");
    check(fuzzer, status, &insn);
}

/* Another model at each look at the clock. */
static void next_model(struct fuzzer *fuzzer)
{
    static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};

    fuzzer->model = cpu_model_find(models[random_below(&fuzzer->random, 4)]);
    row_forms_destroy(fuzzer->forms);
    fuzzer->forms = row_forms_create(fuzzer->model, NULL);
    if (!fuzzer->forms)
        fail(fuzzer, "no memory");
}

int main(int argc, char **argv)
{
    const int seconds = argc > 1 ? atoi(argv[1]) : 10;
    const time_t start = time(NULL);
    const uint64_t seed =
        argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)start;
    struct fuzzer fuzzer = {.random = random_seeded(seed)};
    uint8_t *pages = mmap(NULL, (size_t)2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED ||
        mprotect(pages + PAGE_SIZE, PAGE_SIZE, PROT_NONE) != 0) {
        perror("fuzz_decode");
        return 1;
    }
    fuzzer.fence = pages + PAGE_SIZE;
    printf("fuzz_decode: seed %#llx\n", (unsigned long long)seed);
    (void)fflush(stdout);
    do {
        next_model(&fuzzer);
        for (unsigned i = 0; i < ROUNDS_BETWEEN_LOOKS; i++)
            run_round(&fuzzer);
    } while (time(NULL) - start < seconds);
    row_forms_destroy(fuzzer.forms);
    printf("fuzz_decode: %llu decoded, %llu undefined, %llu too long\n",
           (unsigned long long)fuzzer.by_status[DECODE_OK],
           (unsigned long long)fuzzer.by_status[DECODE_UNDEFINED],
           (unsigned long long)fuzzer.by_status[DECODE_TOO_LONG]);
    return 0;
}
