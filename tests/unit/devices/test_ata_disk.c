/* SPDX-License-Identifier: MIT */
/* ATA disks and their channel, against ATA/ATAPI-5. */
#include "devices/ata_disk.h"

#include "tests/unit/devices/ata_rig.h"

enum { SECTORS = 16 * 63 * 3 + 100, BYTES = SECTORS * ATA_SECTOR };
enum { READY = ATA_DRDY | ATA_DSC, SLAVE = 1 };

static struct ata_rig *disks_create(void)
{
    struct ata_rig *rig = ata_rig_create();

    for (unsigned i = 0; i < ATA_DRIVES; i++) {
        const struct medium medium = fake_medium_init(&rig->medium[i], BYTES);

        rig->medium[i].bytes[0] = (uint8_t)(0xd0 + i);
        ata_disk_attach(&rig->channel.drive[i], &medium);
    }
    ata_channel_reset(&rig->channel);
    return rig;
}

static void expect_sectors(const struct ata_rig *rig, unsigned drive,
                           const uint8_t *data, uint32_t first, unsigned count)
{
    EXPECT(memcmp(data, rig->medium[drive].bytes + (size_t)first * ATA_SECTOR,
                  (size_t)count * ATA_SECTOR) == 0);
}

static void expect_signature(struct ata_rig *rig)
{
    EXPECT_EQ(in(rig, ERROR), 1);
    EXPECT_EQ(in(rig, COUNT), 1);
    EXPECT_EQ(in(rig, LOW), 1);
    EXPECT_EQ(in(rig, MID), 0);
    EXPECT_EQ(in(rig, HIGH), 0);
}

static void expect_error(struct ata_rig *rig, unsigned error)
{
    settle(rig);
    EXPECT(rig->irq);
    EXPECT_EQ(in(rig, STATUS), READY | ATA_ERR);
    EXPECT_EQ(in(rig, ERROR), error);
}

static void expect_success(struct ata_rig *rig)
{
    settle(rig);
    EXPECT(rig->irq);
    EXPECT_EQ(in(rig, STATUS), READY);
    EXPECT(!rig->irq);
}

START_TEST(resets_and_diagnostic_give_the_signature)
{
    struct ata_rig *rig = disks_create();

    for (unsigned way = 0; way < 3; way++) {
        set_lba(rig, SLAVE, 0x1234567, 9);
        rig->rises = 0;
        if (way == 0) {
            ata_write_control(&rig->channel, 0, 1, 4);
            EXPECT_EQ(alternate_status(rig), ATA_BSY);
            out(rig, COMMAND, 0xec); /* nobody listens */
            ata_write_control(&rig->channel, 0, 1, 0);
        } else if (way == 1) {
            out(rig, COMMAND, 0x90);
        } else {
            ata_channel_reset(&rig->channel);
        }
        settle(rig);
        EXPECT_EQ(rig->rises, way == 1);
        EXPECT_EQ(in(rig, DEVICE) & ATA_SELECT, 0);
        EXPECT_EQ(in(rig, STATUS), READY);
        expect_signature(rig);
        out(rig, DEVICE, 0xb0);
        expect_signature(rig);
    }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(absent_drives_look_absent)
{
    struct ata_rig *rig = ata_rig_create();
    const struct medium medium = fake_medium_init(&rig->medium[0], BYTES);

    ata_channel_reset(&rig->channel);
    for (unsigned drive = 0; drive < 2; drive++) {
        out(rig, DEVICE, 0xa0 | drive << 4);
        EXPECT_EQ(in(rig, STATUS), 0x7f);
        out(rig, COMMAND, 0xec);
        settle(rig);
        EXPECT(!rig->irq);
    }
    ata_disk_attach(&rig->channel.drive[0], &medium);
    ata_channel_reset(&rig->channel);
    out(rig, DEVICE, 0xb0);
    EXPECT_EQ(in(rig, STATUS), 0);
    EXPECT_EQ(alternate_status(rig), 0);
    out(rig, COMMAND, 0xec);
    settle(rig);
    EXPECT_EQ(in(rig, STATUS), 0);
    EXPECT_EQ(ata_read(&rig->channel, DATA, 2), UINT32_MAX);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(identify_tells_capacity_geometry_and_sums_to_zero)
{
    struct ata_rig *rig = disks_create();
    uint16_t word[256];
    uint8_t sum = 0;

    for (unsigned drive = 0; drive < 2; drive++) {
        out(rig, DEVICE, 0xa0 | drive << 4);
        out(rig, COMMAND, 0xec);
        EXPECT_EQ(alternate_status(rig), ATA_BSY);
        settle(rig);
        EXPECT_EQ(in(rig, STATUS), READY | ATA_DRQ);
        read_words(rig, word, sizeof word);
        EXPECT_EQ(in(rig, STATUS), READY);
        EXPECT_EQ(word[1], 3);
        EXPECT_EQ(word[3], 16);
        EXPECT_EQ(word[6], 63);
        EXPECT_EQ(word[57] | (unsigned)word[58] << 16, 3 * 16 * 63);
        EXPECT_EQ(word[60] | (unsigned)word[61] << 16, SECTORS);
        EXPECT_EQ(word[47], 0x8010);
        EXPECT_EQ(word[49] & 0x300, 0x300); /* LBA and DMA */
        EXPECT_EQ(word[27], 'p' << 8 | 'a');
        EXPECT_EQ(word[10], 'P' << 8 | 'W');
        EXPECT_EQ(word[13], '0' << 8 | ('1' + drive));
        for (unsigned i = 0; i < 512; i++)
            sum = (uint8_t)(sum + ((uint8_t *)word)[i]);
        EXPECT_EQ(sum, 0);
    }
    ata_rig_destroy(rig);
}
END_TEST

/* Every count, at the disk's start, middle and end, by LBA. */
START_TEST(sectors_are_read_and_interrupt_one_by_one)
{
    static const uint32_t firsts[] = {0, 1001, SECTORS - 256};
    struct ata_rig *rig = disks_create();
    uint8_t data[ATA_SECTOR];

    for (unsigned place = 0; place < 3; place++)
        for (unsigned count = 1; count <= 256; count += 5) {
            const uint32_t first = firsts[place];

            set_lba(rig, count & 1, first, count & 0xff);
            out(rig, COMMAND, 0x20);
            rig->rises = 0;
            for (unsigned i = 0; i < count; i++) {
                EXPECT_EQ(alternate_status(rig), ATA_BSY);
                settle(rig);
                EXPECT(rig->irq);
                EXPECT_EQ(in(rig, STATUS), READY | ATA_DRQ);
                read_words(rig, data, sizeof data);
                expect_sectors(rig, count & 1, data, first + i, 1);
            }
            settle(rig);
            EXPECT_EQ(rig->rises, count);
            EXPECT_EQ(in(rig, STATUS), READY);
            EXPECT_EQ(in(rig, COUNT), 0);
            EXPECT_EQ(shown_lba(rig), first + count - 1);
        }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(every_cylinder_head_and_sector_is_found)
{
    struct ata_rig *rig = disks_create();
    uint8_t data[ATA_SECTOR];
    uint32_t number = 0;

    for (unsigned cylinder = 0; cylinder < 3; cylinder++)
        for (unsigned head = 0; head < 16; head++)
            for (unsigned sector = 1; sector <= 63; sector++, number++) {
                out(rig, DEVICE, 0xa0 | head);
                out(rig, COUNT, 1);
                out(rig, LOW, sector);
                out(rig, MID, cylinder & 0xff);
                out(rig, HIGH, cylinder >> 8);
                out(rig, COMMAND, 0x20);
                settle(rig);
                read_words(rig, data, sizeof data);
                expect_sectors(rig, 0, data, number, 1);
                EXPECT_EQ(in(rig, LOW), sector);
                EXPECT_EQ(in(rig, DEVICE), 0xa0 | head);
            }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(other_translation_moves_the_sectors)
{
    struct ata_rig *rig = disks_create();
    uint8_t data[ATA_SECTOR];

    out(rig, DEVICE, 0xa0 | 3); /* four heads */
    out(rig, COUNT, 17);
    out(rig, COMMAND, 0x91);
    expect_success(rig);
    out(rig, DEVICE, 0xa0 | 2);
    out(rig, COUNT, 2); /* over the end of the track */
    out(rig, LOW, 17);
    out(rig, MID, 5);
    out(rig, HIGH, 0);
    out(rig, COMMAND, 0x20);
    for (unsigned i = 0; i < 2; i++) {
        settle(rig);
        read_words(rig, data, sizeof data);
        expect_sectors(rig, 0, data, (5 * 4 + 2) * 17 + 16 + i, 1);
    }
    EXPECT_EQ(in(rig, LOW), 1);
    EXPECT_EQ(in(rig, DEVICE) & 0xf, 3);
    out(rig, LOW, 18); /* no such sector on the track now */
    out(rig, COUNT, 1);
    out(rig, COMMAND, 0x20);
    expect_error(rig, ATA_IDNF);
    out(rig, COUNT, 0);
    out(rig, COMMAND, 0x91);
    expect_error(rig, ATA_ABRT);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(sectors_are_written_where_they_belong_and_nowhere_else)
{
    struct ata_rig *rig = disks_create();
    uint8_t *before = malloc(BYTES);
    uint8_t data[ATA_SECTOR];

    ck_assert_ptr_nonnull(before);
    for (unsigned count = 1; count <= 256; count += 17) {
        memcpy(before, rig->medium[1].bytes, BYTES);
        set_lba(rig, SLAVE, 500, count & 0xff);
        rig->rises = 0;
        out(rig, COMMAND, 0x30);
        for (unsigned i = 0; i < count; i++) {
            settle(rig);
            EXPECT_EQ(in(rig, STATUS), READY | ATA_DRQ);
            memset(data, (int)(i + count), sizeof data);
            memcpy(before + (500 + i) * ATA_SECTOR, data, sizeof data);
            write_words(rig, data, sizeof data);
            EXPECT_EQ(alternate_status(rig), ATA_BSY);
        }
        expect_success(rig);
        EXPECT_EQ(rig->rises, count); /* the first block has none */
        EXPECT(memcmp(before, rig->medium[1].bytes, BYTES) == 0);
    }
    free(before);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(multiple_moves_blocks_and_the_rest)
{
    struct ata_rig *rig = disks_create();
    static uint8_t data[16 * ATA_SECTOR];

    set_lba(rig, 0, 7, 1);
    out(rig, COMMAND, 0xc4); /* not set up yet */
    expect_error(rig, ATA_ABRT);
    for (unsigned block = 1; block <= 16; block *= 2) {
        out(rig, COUNT, block);
        out(rig, COMMAND, 0xc6);
        expect_success(rig);
        for (unsigned count = 1; count < 40; count++)
            for (unsigned write = 0; write < 2; write++) {
                unsigned done = 0;

                set_lba(rig, 0, 7, count);
                out(rig, COMMAND, write ? 0xc5 : 0xc4);
                rig->rises = 0;
                while (done < count) {
                    const unsigned part =
                        count - done < block ? count - done : block;

                    settle(rig);
                    EXPECT_EQ(in(rig, STATUS), READY | ATA_DRQ);
                    memset(data, (int)(done + count), sizeof data);
                    if (write)
                        write_words(rig, data, part * ATA_SECTOR);
                    else
                        read_words(rig, data, part * ATA_SECTOR);
                    settle(rig);
                    expect_sectors(rig, 0, data, 7 + done, part);
                    done += part;
                }
                settle(rig);
                EXPECT_EQ(in(rig, STATUS), READY);
                EXPECT_EQ(rig->rises, (count + block - 1) / block);
            }
    }
    for (unsigned count = 0; count < 256; count++) {
        const bool known = count <= 16 && (count & (count - 1)) == 0;

        out(rig, COUNT, count);
        out(rig, COMMAND, 0xc6);
        if (known)
            expect_success(rig);
        else
            expect_error(rig, ATA_ABRT);
    }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(dma_moves_any_pieces_and_interrupts_once)
{
    struct ata_rig *rig = disks_create();
    static uint8_t data[256 * ATA_SECTOR];

    for (unsigned piece = 2; piece <= 65536; piece = piece * 3 + 2)
        for (unsigned write = 0; write < 2; write++) {
            const unsigned count = piece % 256 ? piece % 256 : 256;
            const uint32_t size = count * ATA_SECTOR;

            set_lba(rig, SLAVE, 300, count & 0xff);
            out(rig, COMMAND, write ? 0xca : 0xc8);
            EXPECT_EQ(ata_dma_phase(&rig->channel), ATA_IDLE);
            rig->rises = 0;
            rig->dma_ready = 0;
            settle(rig);
            EXPECT_EQ(rig->dma_ready, 1);
            EXPECT_EQ(ata_dma_phase(&rig->channel),
                      write ? ATA_DMA_OUT : ATA_DMA_IN);
            for (uint32_t i = 0; i < size; i++)
                data[i] = (uint8_t)(i * 7 + piece);
            for (uint32_t done = 0; done < size;) {
                const uint32_t part = piece < size - done ? piece : size - done;

                EXPECT_EQ(rig->rises, 0);
                EXPECT_EQ(write
                              ? ata_dma_give(&rig->channel, data + done, piece)
                              : ata_dma_take(&rig->channel, data + done, part),
                          part);
                done += part;
            }
            EXPECT_EQ(rig->rises, 1);
            EXPECT_EQ(in(rig, STATUS), READY);
            EXPECT_EQ(ata_dma_take(&rig->channel, data, 2), 0);
            expect_sectors(rig, 1, data, 300, count);
        }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(addresses_behind_the_end_are_not_found)
{
    static const uint8_t commands[] = {0x20, 0x30, 0x40, 0x70, 0xc8, 0xca};
    struct ata_rig *rig = disks_create();
    uint8_t data[ATA_SECTOR] = {0};

    for (unsigned i = 0; i < sizeof commands; i++) {
        set_lba(rig, 0, SECTORS, 1);
        out(rig, COMMAND, commands[i]);
        expect_error(rig, ATA_IDNF);
        set_lba(rig, 0, 0xfffffff, 0);
        out(rig, COMMAND, commands[i]);
        expect_error(rig, ATA_IDNF);
    }
    /* What is there is moved first. */
    set_lba(rig, 0, SECTORS - 1, 2);
    out(rig, COMMAND, 0x20);
    settle(rig);
    read_words(rig, data, sizeof data);
    expect_sectors(rig, 0, data, SECTORS - 1, 1);
    expect_error(rig, ATA_IDNF);
    EXPECT_EQ(shown_lba(rig), SECTORS);
    EXPECT_EQ(in(rig, COUNT), 1);
    set_lba(rig, 0, SECTORS - 100, 0);
    out(rig, COMMAND, 0x40);
    expect_error(rig, ATA_IDNF);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(medium_errors_reach_the_guest)
{
    struct ata_rig *rig = disks_create();
    uint8_t data[ATA_SECTOR] = {0};

    rig->medium[0].bad = 40 * ATA_SECTOR + 17;
    set_lba(rig, 0, 39, 4);
    out(rig, COMMAND, 0x20);
    settle(rig);
    read_words(rig, data, sizeof data);
    expect_error(rig, ATA_UNC);
    EXPECT_EQ(shown_lba(rig), 40);
    set_lba(rig, 0, 40, 1);
    out(rig, COMMAND, 0x40);
    expect_error(rig, ATA_UNC);
    set_lba(rig, 0, 40, 1);
    out(rig, COMMAND, 0xc8);
    settle(rig);
    EXPECT_EQ(ata_dma_take(&rig->channel, data, 512), 0);
    expect_error(rig, ATA_UNC);
    set_lba(rig, 0, 40, 1);
    out(rig, COMMAND, 0x30);
    write_words(rig, data, sizeof data);
    settle(rig);
    EXPECT_EQ(in(rig, STATUS), ATA_DRDY | ATA_DF | ATA_ERR);
    rig->medium[0].flush_fails = true;
    out(rig, COMMAND, 0xe7);
    settle(rig);
    EXPECT_EQ(in(rig, STATUS), ATA_DRDY | ATA_DF | ATA_ERR);
    EXPECT_EQ(rig->medium[0].flushes, 1);
    ata_rig_destroy(rig);
}
END_TEST

/* Commands that move nothing, and all that there are not. */
START_TEST(every_command_code_is_known_or_aborted)
{
    static const uint8_t known[] = {0x40, 0x41, 0x91, 0x94, 0x95, 0x96,
                                    0x97, 0x98, 0x99, 0xc6, 0xe0, 0xe1,
                                    0xe2, 0xe3, 0xe5, 0xe6, 0xe7};
    static const uint8_t data[] = {0x20, 0x21, 0x30, 0x31, 0x3c, 0xc4,
                                   0xc5, 0xc8, 0xc9, 0xca, 0xcb, 0xec};
    struct ata_rig *rig = disks_create();

    for (unsigned code = 0; code < 256; code++) {
        const bool nothing = memchr(known, (int)code, sizeof known) ||
                             (code >= 0x10 && code <= 0x1f) ||
                             (code >= 0x70 && code <= 0x7f);

        if (memchr(data, (int)code, sizeof data) || code == 0x90)
            continue;
        set_lba(rig, 0, 3, 1);
        out(rig, FEATURES, 0xfe);
        out(rig, COMMAND, code);
        if (nothing)
            expect_success(rig);
        else
            expect_error(rig, ATA_ABRT);
    }
    out(rig, COMMAND, 0xe5);
    expect_success(rig);
    EXPECT_EQ(in(rig, COUNT), 0xff);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(features_are_set_and_shown)
{
    struct ata_rig *rig = disks_create();
    uint16_t word[256];

    for (unsigned mode = 0; mode < 256; mode++) {
        const bool known = mode <= 1 || (mode >= 8 && mode <= 12) ||
                           (mode >= 0x20 && mode <= 0x22);

        out(rig, FEATURES, 3);
        out(rig, COUNT, mode);
        out(rig, COMMAND, 0xef);
        if (known)
            expect_success(rig);
        else
            expect_error(rig, ATA_ABRT);
    }
    out(rig, FEATURES, 0x82); /* no write cache */
    out(rig, COMMAND, 0xef);
    expect_success(rig);
    out(rig, FEATURES, 0x55); /* no look-ahead */
    out(rig, COMMAND, 0xef);
    expect_success(rig);
    out(rig, COMMAND, 0xec);
    settle(rig);
    read_words(rig, word, sizeof word);
    EXPECT_EQ(word[63], 0x0407); /* multiword mode 2 */
    EXPECT_EQ(word[85] & 0x60, 0);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(interrupt_is_held_back_by_nien_and_by_the_other_drive)
{
    struct ata_rig *rig = disks_create();

    ata_write_control(&rig->channel, 0, 1, 2);
    out(rig, COMMAND, 0xe0);
    settle(rig);
    EXPECT(!rig->irq);
    ata_write_control(&rig->channel, 0, 1, 0);
    EXPECT(rig->irq);
    (void)alternate_status(rig);
    EXPECT(rig->irq);
    out(rig, DEVICE, 0xb0);
    EXPECT(!rig->irq);
    out(rig, DEVICE, 0xa0);
    EXPECT(rig->irq);
    (void)in(rig, STATUS);
    EXPECT(!rig->irq);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(data_register_takes_doublewords_too)
{
    struct ata_rig *rig = disks_create();
    uint8_t data[ATA_SECTOR];

    set_lba(rig, 0, 77, 1);
    out(rig, COMMAND, 0x20);
    settle(rig);
    for (unsigned i = 0; i < ATA_SECTOR; i += 4) {
        const uint32_t value = ata_read(&rig->channel, DATA, 4);

        memcpy(data + i, &value, 4);
    }
    expect_sectors(rig, 0, data, 77, 1);
    EXPECT_EQ(in(rig, STATUS), READY);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(reset_stops_a_transfer)
{
    struct ata_rig *rig = disks_create();

    set_lba(rig, 0, 0, 8);
    out(rig, COMMAND, 0x20);
    out(rig, COMMAND, 0xec); /* not heard while busy */
    settle(rig);
    EXPECT_EQ(alternate_status(rig), READY | ATA_DRQ);
    (void)ata_read(&rig->channel, DATA, 2);
    ata_write_control(&rig->channel, 0, 1, 4);
    ata_write_control(&rig->channel, 0, 1, 0);
    EXPECT_EQ(alternate_status(rig), READY);
    EXPECT_EQ(ata_read(&rig->channel, DATA, 2), UINT32_MAX);
    EXPECT_EQ(clock_next(&rig->clock), CLOCK_NEVER);
    EXPECT(!rig->irq);
    ata_rig_destroy(rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        resets_and_diagnostic_give_the_signature,
        absent_drives_look_absent,
        identify_tells_capacity_geometry_and_sums_to_zero,
        sectors_are_read_and_interrupt_one_by_one,
        every_cylinder_head_and_sector_is_found,
        other_translation_moves_the_sectors,
        sectors_are_written_where_they_belong_and_nowhere_else,
        multiple_moves_blocks_and_the_rest,
        dma_moves_any_pieces_and_interrupts_once,
        addresses_behind_the_end_are_not_found,
        medium_errors_reach_the_guest,
        every_command_code_is_known_or_aborted,
        features_are_set_and_shown,
        interrupt_is_held_back_by_nien_and_by_the_other_drive,
        data_register_takes_doublewords_too,
        reset_stops_a_transfer,
    };

    return run_tests("ata_disk", tests, sizeof tests / sizeof tests[0]);
}
