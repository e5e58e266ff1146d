/* SPDX-License-Identifier: MIT */
/* The floppy controller's transfers, against the 82077AA data sheet. */
#include "tests/unit/devices/fdc_rig.h"

enum { READ = 0x46, WRITE = 0x45, BOTH = 0x80, FORMAT = 0x4d, VERIFY = 0x56 };
enum { SIZE_512 = 2 };

static const uint64_t sizes[] = {163840, 184320,  327680,  368640,
                                 737280, 1228800, 1474560, 2949120};

static const struct floppy_format *high_density(void)
{
    return floppy_format_of(1474560);
}

static uint8_t *memory(struct fdc_rig *rig)
{
    return rig->bus.memory + FDC_BUFFER;
}

static void expect_id(const uint8_t *result, unsigned cylinder, unsigned head,
                      unsigned sector)
{
    EXPECT_EQ(result[3], cylinder);
    EXPECT_EQ(result[4], head);
    EXPECT_EQ(result[5], sector);
    EXPECT_EQ(result[6], SIZE_512);
}

START_TEST(formats_are_told_by_their_size)
{
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct floppy_format *format = floppy_format_of(sizes[i]);

        ck_assert_ptr_nonnull(format);
        EXPECT_EQ(floppy_format_bytes(format), sizes[i]);
    }
    EXPECT_EQ(floppy_format_bytes(floppy_format_of(1)), 1474560);
    EXPECT_EQ(floppy_format_bytes(floppy_format_of(1474561)), 2949120);
    ck_assert_ptr_null(floppy_format_of(0));
    ck_assert_ptr_null(floppy_format_of(2949121));
}
END_TEST

/* Every sector of every format, and the ID that the result shows. */
START_TEST(every_sector_is_found_where_it_is)
{
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct floppy_format *format = floppy_format_of(sizes[i]);
        struct fdc_rig *rig = fdc_rig_create(format);
        const uint8_t *expected = rig->disk;
        uint8_t result[7];

        fdc_start(rig);
        for (unsigned cylinder = 0; cylinder < format->cylinders; cylinder++) {
            fdc_seek(rig, cylinder);
            for (unsigned at = 0; at < format->heads * format->sectors; at++) {
                const unsigned head = at / format->sectors;
                const unsigned sector = at % format->sectors + 1;
                const uint8_t id[] = {(uint8_t)cylinder, (uint8_t)head,
                                      (uint8_t)sector, SIZE_512};
                const bool at_end = sector == format->sectors;

                fdc_program_dma(rig, true, FLOPPY_SECTOR);
                fdc_run(rig, READ, head, id, format->sectors, result);
                EXPECT_EQ(result[0], head << 2);
                EXPECT_EQ(result[1] | result[2], 0);
                expect_id(result, at_end ? cylinder + 1 : cylinder, head,
                          at_end ? 1 : sector + 1);
                EXPECT(memcmp(memory(rig), expected, FLOPPY_SECTOR) == 0);
                expected += FLOPPY_SECTOR;
            }
        }
        EXPECT(expected == rig->disk + rig->disk_size);
        fdc_rig_destroy(rig);
    }
}
END_TEST

/* From every sector on, as many as TC allows, on one side and on both. */
START_TEST(several_sectors_end_at_tc_or_at_the_end_of_the_cylinder)
{
    const unsigned per_track = high_density()->sectors;
    struct fdc_rig *rig = fdc_rig_create(high_density());
    uint8_t result[7];

    fdc_start(rig);
    fdc_seek(rig, 7);
    for (unsigned both = 0; both < 2; both++)
        for (unsigned first = 1; first <= per_track; first++)
            for (unsigned count = 1; count <= 2 * per_track; count++) {
                const uint8_t id[] = {7, 0, (uint8_t)first, SIZE_512};
                const unsigned room = (both ? 2 : 1) * per_track - first + 1;
                const unsigned moved = count < room ? count : room;
                const unsigned next = first - 1 + moved;
                const bool side_1 = both && next >= per_track;
                const bool over = moved == room;

                memset(memory(rig), 0, 40 * FLOPPY_SECTOR);
                fdc_program_dma(rig, true, count * FLOPPY_SECTOR);
                fdc_run(rig, READ | (both ? BOTH : 0), 0, id, per_track,
                        result);
                EXPECT_EQ(result[0] & 0xc0, count > room ? 0x40 : 0);
                EXPECT_EQ(result[1], count > room ? 0x80 : 0);
                expect_id(result, over ? 8 : 7, side_1 && !over,
                          next % per_track + 1);
                EXPECT(memcmp(memory(rig),
                              rig->disk + (7 * 2 * per_track + first - 1) *
                                              FLOPPY_SECTOR,
                              (size_t)moved * FLOPPY_SECTOR) == 0);
                EXPECT_EQ(memory(rig)[moved * FLOPPY_SECTOR], 0);
            }
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(sectors_are_written_and_a_short_one_is_filled_with_zeros)
{
    struct fdc_rig *rig = fdc_rig_create(high_density());
    uint8_t *before = malloc(rig->disk_size);
    uint8_t result[7];

    ck_assert_ptr_nonnull(before);
    fdc_start(rig);
    fdc_seek(rig, 79);
    for (unsigned size = 1; size <= 3 * FLOPPY_SECTOR; size += 37) {
        const uint8_t id[] = {79, 1, 4, SIZE_512};
        const unsigned place = ((79 * 2 + 1) * 18 + 3) * FLOPPY_SECTOR;
        const unsigned whole = (size + FLOPPY_SECTOR - 1) / FLOPPY_SECTOR;

        memcpy(before, rig->disk, rig->disk_size);
        memset(before + place, 0, whole * FLOPPY_SECTOR);
        memset(before + place, (int)size & 0xff, size);
        memset(memory(rig), (int)size & 0xff, 4 * FLOPPY_SECTOR);
        fdc_program_dma(rig, false, size);
        fdc_run(rig, WRITE, 1, id, 18, result);
        EXPECT_EQ(result[0], 4);
        EXPECT_EQ(result[1] | result[2], 0);
        EXPECT_EQ(result[5], 4 + whole);
        EXPECT(memcmp(before, rig->disk, rig->disk_size) == 0);
    }
    free(before);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(format_fills_a_track)
{
    struct fdc_rig *rig = fdc_rig_create(high_density());
    const uint8_t command[] = {FORMAT, 4, SIZE_512, 18, 0x6c, 0xf6};
    uint8_t *before = malloc(rig->disk_size);
    uint8_t result[7];

    ck_assert_ptr_nonnull(before);
    memcpy(before, rig->disk, rig->disk_size);
    memset(before + (size_t)(5 * 2 + 1) * 18 * FLOPPY_SECTOR, 0xf6,
           18 * FLOPPY_SECTOR);
    fdc_start(rig);
    fdc_seek(rig, 5);
    for (unsigned i = 0; i < 18; i++) { /* interleaved */
        memory(rig)[4 * i] = 5;
        memory(rig)[4 * i + 1] = 1;
        memory(rig)[4 * i + 2] = (uint8_t)(i * 5 % 18 + 1);
        memory(rig)[4 * i + 3] = SIZE_512;
    }
    fdc_program_dma(rig, false, 18 * 4);
    fdc_send(rig, command, sizeof command);
    fdc_settle(rig);
    EXPECT(rig->irq);
    fdc_result(rig, result, 7);
    EXPECT_EQ(result[0], 4);
    EXPECT_EQ(result[1] | result[2], 0);
    EXPECT(memcmp(before, rig->disk, rig->disk_size) == 0);
    free(before);
    fdc_rig_destroy(rig);
}
END_TEST

/* Each way in which a sector is not to be had, and its status bits. */
START_TEST(what_is_not_there_is_not_found)
{
    static const struct {
        uint8_t code;
        uint8_t rate;
        uint8_t head;
        uint8_t id[4];
        uint8_t status_1;
        uint8_t status_2;
    } rows[] = {
        {READ, 0, 0, {3, 0, 0, 2}, 0x04, 0},       /* no sector 0 */
        {READ, 0, 0, {3, 0, 19, 2}, 0x04, 0},      /* nor 19 */
        {READ, 0, 0, {3, 1, 1, 2}, 0x04, 0},       /* other head's ID */
        {READ, 0, 0, {3, 0, 1, 1}, 0x04, 0},       /* other size */
        {READ, 0, 0, {4, 0, 1, 2}, 0x04, 0x10},    /* wrong cylinder */
        {READ, 0, 0, {0xff, 0, 1, 2}, 0x04, 0x12}, /* bad cylinder */
        {READ, 2, 0, {3, 0, 1, 2}, 0x01, 0},       /* wrong data rate */
        {0x06, 0, 0, {3, 0, 1, 2}, 0x01, 0},       /* FM */
        {WRITE, 1, 0, {3, 0, 1, 2}, 0x01, 0},
        {VERIFY, 0, 0, {3, 0, 19, 2}, 0x04, 0},
    };
    struct fdc_rig *rig = fdc_rig_create(high_density());
    uint8_t result[7];

    fdc_start(rig);
    fdc_seek(rig, 3);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fdc_out(rig, INPUT, rows[i].rate);
        fdc_program_dma(rig, rows[i].code != WRITE, FLOPPY_SECTOR);
        fdc_run(rig, rows[i].code, rows[i].head, rows[i].id, 18, result);
        EXPECT_EQ(result[0], 0x40);
        EXPECT_EQ(result[1], rows[i].status_1);
        EXPECT_EQ(result[2], rows[i].status_2);
    }
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(verify_reads_without_data)
{
    struct fdc_rig *rig = fdc_rig_create(high_density());
    uint8_t command[] = {VERIFY, 0, 0, 0, 1, SIZE_512, 18, 0x1b, 0xff};
    uint8_t result[7];

    fdc_start(rig);
    fdc_send(rig, command, sizeof command); /* to the end of the track */
    fdc_settle(rig);
    fdc_result(rig, result, 7);
    EXPECT_EQ(result[0], 0);
    expect_id(result, 1, 0, 1);
    command[1] = 0x80; /* four sectors */
    command[8] = 4;
    fdc_send(rig, command, sizeof command);
    fdc_settle(rig);
    fdc_result(rig, result, 7);
    EXPECT_EQ(result[0], 0);
    expect_id(result, 0, 0, 5);
    EXPECT_EQ(rig->bus.dma_cycles, 0);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(processor_moves_bytes_without_dma)
{
    struct fdc_rig *rig = fdc_rig_create(high_density());
    const uint8_t specify[] = {0x03, 0xdf, 0x03};
    uint8_t command[] = {READ, 0, 0, 0, 17, SIZE_512, 18, 0x1b, 0xff};
    uint8_t result[7];

    fdc_start(rig);
    fdc_send(rig, specify, sizeof specify);
    for (unsigned write = 0; write < 2; write++) {
        const unsigned ready = RQM | NDM | CB | (write ? 0 : DIO);

        command[0] = write ? WRITE : READ;
        fdc_send(rig, command, sizeof command);
        EXPECT_EQ(fdc_in(rig, MAIN_STATUS), NDM | CB);
        for (unsigned i = 0; i < 2 * FLOPPY_SECTOR; i++) {
            if (i % FLOPPY_SECTOR == 0)
                fdc_settle(rig);
            EXPECT(rig->irq);
            EXPECT_EQ(fdc_in(rig, MAIN_STATUS), ready);
            if (write)
                fdc_out(rig, FIFO, 0x77);
            else
                EXPECT_EQ(fdc_in(rig, FIFO), rig->disk[16 * FLOPPY_SECTOR + i]);
        }
        fdc_settle(rig);
        EXPECT(rig->irq);
        fdc_result(rig, result, 7);
        EXPECT_EQ(result[0], 0x40); /* there is no TC to say stop */
        EXPECT_EQ(result[1], 0x80);
    }
    EXPECT_EQ(rig->disk[18 * FLOPPY_SECTOR - 1], 0x77);
    EXPECT_EQ(rig->bus.dma_cycles, 0);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(channel_that_does_not_answer_is_an_overrun)
{
    struct fdc_rig *rig = fdc_rig_create(high_density());
    const uint8_t id[] = {0, 0, 1, SIZE_512};
    uint8_t result[7];

    fdc_start(rig);
    fdc_run(rig, READ, 0, id, 18, result); /* masked */
    EXPECT_EQ(result[0], 0x40);
    EXPECT_EQ(result[1], 0x10);
    fdc_rig_destroy(rig);
}
END_TEST

START_TEST(write_protected_disk_is_not_written)
{
    struct fdc_rig *rig = fdc_rig_create(high_density());
    const uint8_t id[] = {0, 0, 1, SIZE_512};
    const uint8_t sense_drive[] = {0x04, 0};
    uint8_t result[7];

    rig->fdc.drive[0].medium.write = NULL;
    fdc_start(rig);
    fdc_program_dma(rig, false, FLOPPY_SECTOR);
    fdc_run(rig, WRITE, 0, id, 18, result);
    EXPECT_EQ(result[0], 0x40);
    EXPECT_EQ(result[1], 0x02);
    fdc_send(rig, sense_drive, 2);
    fdc_result(rig, result, 1);
    EXPECT_EQ(result[0], 0x78);
    fdc_rig_destroy(rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        formats_are_told_by_their_size,
        every_sector_is_found_where_it_is,
        several_sectors_end_at_tc_or_at_the_end_of_the_cylinder,
        sectors_are_written_and_a_short_one_is_filled_with_zeros,
        format_fills_a_track,
        what_is_not_there_is_not_found,
        verify_reads_without_data,
        processor_moves_bytes_without_dma,
        channel_that_does_not_answer_is_an_overrun,
        write_protected_disk_is_not_written,
    };

    return run_tests("i82077_fdc", tests, sizeof tests / sizeof tests[0]);
}
