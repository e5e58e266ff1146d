/* SPDX-License-Identifier: MIT */
/* The CD-ROM drive, against ATA/ATAPI-5 and MMC-2. */
#include "devices/atapi.h"

#include "tests/unit/devices/ata_rig.h"

enum { SECTORS = 70, BYTES = SECTORS * ATAPI_SECTOR - 1000 };
enum { READY = ATA_DRDY | ATA_DSC, FLOW = 65534 };
enum { REASON_PACKET = 1, REASON_DATA = 2, REASON_DONE = 3 };

static struct ata_rig *cdrom_create(uint32_t size)
{
    struct ata_rig *rig = ata_rig_create();
    struct medium medium = fake_medium_init(&rig->medium[0], size);

    medium.write = NULL;
    atapi_attach(&rig->channel.drive[0], &medium);
    ata_channel_reset(&rig->channel);
    return rig;
}

static void send_packet(struct ata_rig *rig, const uint8_t packet[12],
                        unsigned limit, bool by_dma)
{
    out(rig, FEATURES, by_dma);
    out(rig, MID, limit & 0xff);
    out(rig, HIGH, limit >> 8);
    out(rig, COMMAND, 0xa0);
    EXPECT_EQ(in(rig, STATUS), READY | ATA_DRQ);
    EXPECT_EQ(in(rig, COUNT), REASON_PACKET);
    write_words(rig, packet, 12);
    EXPECT_EQ(alternate_status(rig), ATA_BSY);
    settle(rig);
    EXPECT(rig->irq);
}

/* Run a packet by PIO; returns how many bytes came, and checks each step. */
static unsigned run_packet(struct ata_rig *rig, const uint8_t packet[12],
                           unsigned limit, uint8_t *data)
{
    unsigned total = 0;

    send_packet(rig, packet, limit, false);
    while (in(rig, STATUS) & ATA_DRQ) {
        const unsigned size = in(rig, MID) | in(rig, HIGH) << 8;

        EXPECT(size > 0 && size <= limit);
        EXPECT_EQ(in(rig, COUNT), REASON_DATA);
        rig->rises = 0;
        read_words(rig, data + total, (size + 1) & ~1u);
        total += size;
        settle(rig);
        EXPECT_EQ(rig->rises, 1);
    }
    EXPECT_EQ(in(rig, COUNT), REASON_DONE);
    return total;
}

static unsigned run_bytes(struct ata_rig *rig, uint8_t *data, unsigned code,
                          unsigned first, unsigned size)
{
    const uint8_t packet[12] = {[0] = (uint8_t)code,
                                [6] = (uint8_t)first,
                                [7] = (uint8_t)(size >> 8),
                                [8] = (uint8_t)size};

    return run_packet(rig, packet, FLOW, data);
}

/* The sense data, as key, code and qualifier: 0xKCCQQ. */
static unsigned sense(struct ata_rig *rig)
{
    const uint8_t packet[12] = {0x03, 0, 0, 0, 18};
    uint8_t data[32];

    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 18);
    EXPECT_EQ(in(rig, STATUS), READY);
    EXPECT_EQ(data[0], 0x70);
    EXPECT_EQ(data[7], 10);
    return (unsigned)data[2] << 16 | (unsigned)data[12] << 8 | data[13];
}

static void simple(struct ata_rig *rig, unsigned code, unsigned byte_4)
{
    const uint8_t packet[12] = {(uint8_t)code, 0, 0, 0, (uint8_t)byte_4};
    uint8_t data[2048];

    (void)run_packet(rig, packet, FLOW, data);
}

static void expect_sense(struct ata_rig *rig, unsigned expected)
{
    EXPECT_EQ(in(rig, STATUS), READY | ATA_ERR);
    EXPECT_EQ(in(rig, ERROR) >> 4, expected >> 16);
    EXPECT_EQ(sense(rig), expected);
    EXPECT_EQ(sense(rig), 0); /* told once */
}

static struct ata_rig *ready_cdrom_create(void)
{
    struct ata_rig *rig = cdrom_create(BYTES);

    simple(rig, 0x00, 0);
    expect_sense(rig, 0x62900); /* power on or reset */
    simple(rig, 0x00, 0);
    EXPECT_EQ(in(rig, STATUS), READY);
    return rig;
}

START_TEST(signature_and_commands_of_disks_show_a_packet_drive)
{
    static const uint8_t commands[] = {0x08, 0x20, 0xec};
    struct ata_rig *rig = cdrom_create(BYTES);

    for (unsigned i = 0; i < sizeof commands; i++) {
        EXPECT_EQ(in(rig, MID), 0x14);
        EXPECT_EQ(in(rig, HIGH), 0xeb);
        EXPECT_EQ(in(rig, COUNT), 1);
        EXPECT_EQ(in(rig, LOW), 1);
        out(rig, MID, 0);
        out(rig, HIGH, 0);
        out(rig, COMMAND, commands[i]);
        settle(rig);
        if (commands[i] == 0x08) {
            EXPECT(!rig->irq);
            EXPECT_EQ(in(rig, STATUS), 0);
        } else {
            EXPECT(rig->irq);
            EXPECT_EQ(in(rig, STATUS), READY | ATA_ERR);
            EXPECT_EQ(in(rig, ERROR), ATA_ABRT);
        }
    }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(identify_packet_device_tells_of_a_cdrom)
{
    struct ata_rig *rig = cdrom_create(BYTES);
    uint16_t word[256];

    out(rig, COMMAND, 0xa1);
    settle(rig);
    EXPECT_EQ(in(rig, STATUS), READY | ATA_DRQ);
    read_words(rig, word, sizeof word);
    EXPECT_EQ(word[0] >> 14, 2);        /* ATAPI */
    EXPECT_EQ(word[0] >> 8 & 0x1f, 5);  /* CD-ROM */
    EXPECT_EQ(word[0] & 3, 0);          /* packets of 12 bytes */
    EXPECT_EQ(word[49] & 0x300, 0x300); /* LBA and DMA */
    EXPECT_EQ(in(rig, STATUS), READY);
    ata_rig_destroy(rig);
}
END_TEST

static void expect_data(const struct ata_rig *rig, const uint8_t *data,
                        uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count * ATAPI_SECTOR; i++) {
        const uint32_t at = first * ATAPI_SECTOR + i;

        EXPECT_EQ(data[i], at < BYTES ? rig->medium[0].bytes[at] : 0);
    }
}

static void read_packet(uint8_t packet[12], unsigned code, uint32_t first,
                        uint32_t count)
{
    memset(packet, 0, 12);
    packet[0] = (uint8_t)code;
    packet[2] = (uint8_t)(first >> 24);
    packet[3] = (uint8_t)(first >> 16);
    packet[4] = (uint8_t)(first >> 8);
    packet[5] = (uint8_t)first;
    if (code == 0xa8) {
        packet[8] = (uint8_t)(count >> 8);
        packet[9] = (uint8_t)count;
    } else {
        packet[7] = (uint8_t)(count >> 8);
        packet[8] = (uint8_t)count;
    }
    if (code == 0xbe)
        packet[9] = 0x10;
}

START_TEST(sectors_are_read_by_every_command_limit_and_count)
{
    static const uint8_t codes[] = {0x28, 0xa8, 0xbe};
    static const uint16_t limits[] = {2, 512, 2048, 4096, 10000, 65534, 65535};
    struct ata_rig *rig = ready_cdrom_create();
    uint8_t *data = malloc(SECTORS * ATAPI_SECTOR);
    uint8_t packet[12];

    ck_assert_ptr_nonnull(data);
    for (unsigned code = 0; code < 3; code++)
        for (unsigned limit = 0; limit < 7; limit++)
            for (unsigned count = 0; count <= SECTORS; count += 7) {
                const uint32_t first = SECTORS - count;

                read_packet(packet, codes[code], first, count);
                EXPECT_EQ(run_packet(rig, packet, limits[limit], data),
                          count * ATAPI_SECTOR);
                EXPECT_EQ(in(rig, STATUS), READY);
                expect_data(rig, data, first, count);
            }
    free(data);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(sectors_are_read_by_dma)
{
    struct ata_rig *rig = ready_cdrom_create();
    uint8_t *data = malloc(SECTORS * ATAPI_SECTOR);
    uint8_t packet[12];

    ck_assert_ptr_nonnull(data);
    for (unsigned count = 1; count <= SECTORS; count++) {
        uint32_t size = 0;

        read_packet(packet, 0x28, SECTORS - count, count);
        out(rig, FEATURES, 1);
        out(rig, COMMAND, 0xa0);
        write_words(rig, packet, 12);
        rig->rises = 0;
        settle(rig);
        EXPECT_EQ(ata_dma_phase(&rig->channel), ATA_DMA_IN);
        while (size < count * ATAPI_SECTOR) {
            EXPECT_EQ(rig->rises, 0);
            size += ata_dma_take(&rig->channel, data + size, 3000);
        }
        EXPECT_EQ(size, count * ATAPI_SECTOR);
        EXPECT_EQ(rig->rises, 1);
        EXPECT_EQ(in(rig, STATUS), READY);
        EXPECT_EQ(in(rig, COUNT), REASON_DONE);
        expect_data(rig, data, SECTORS - count, count);
    }
    free(data);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(capacity_and_range_are_those_of_the_medium)
{
    static const uint32_t ranges[][2] = {
        {SECTORS, 1}, {SECTORS - 1, 2}, {0, SECTORS + 1}, {0xffffffff, 1}};
    struct ata_rig *rig = ready_cdrom_create();
    uint8_t data[8];
    uint8_t packet[12];

    EXPECT_EQ(run_bytes(rig, data, 0x25, 0, 0), 8);
    EXPECT_EQ(data[3], SECTORS - 1);
    EXPECT_EQ(data[6], ATAPI_SECTOR >> 8);
    for (unsigned i = 0; i < 4; i++) {
        read_packet(packet, 0x28, ranges[i][0], ranges[i][1]);
        EXPECT_EQ(run_packet(rig, packet, FLOW, data), 0);
        expect_sense(rig, 0x52100);
    }
    rig->medium[0].bad = 5000;
    read_packet(packet, 0x28, 2, 1);
    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 0);
    expect_sense(rig, 0x31100);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(table_of_contents_has_one_data_track)
{
    struct ata_rig *rig = ready_cdrom_create();
    uint8_t packet[12] = {0x43, 0, 0, 0, 0, 0, 1, 0, 100};
    uint8_t data[128];

    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 20);
    EXPECT_EQ(data[1], 18);
    EXPECT_EQ(data[2], 1);
    EXPECT_EQ(data[3], 1);
    EXPECT_EQ(data[5], 0x14);
    EXPECT_EQ(data[6], 1);
    EXPECT_EQ(data[14], 0xaa);
    EXPECT_EQ(data[19], SECTORS);
    packet[1] = 2; /* minutes, seconds, frames: 150 + 70 = 2 s 70 frames */
    packet[6] = 0xaa;
    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 12);
    EXPECT_EQ(data[9], 0);
    EXPECT_EQ(data[10], 2);
    EXPECT_EQ(data[11], 70);
    packet[6] = 2;
    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 0);
    expect_sense(rig, 0x52400);
    packet[6] = 0;
    packet[2] = 1; /* sessions */
    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 12);
    packet[2] = 0;
    packet[9] = 0x80; /* the older place of format 2 */
    EXPECT_EQ(run_packet(rig, packet, FLOW, data), 48);
    EXPECT_EQ(data[4 + 3], 0xa0);
    EXPECT_EQ(data[4 + 8], 1);
    EXPECT_EQ(data[26 + 3], 0xa2);
    EXPECT_EQ(data[26 + 10], 70);
    EXPECT_EQ(data[37 + 9], 2);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(replies_stop_at_what_the_host_allows)
{
    static const uint8_t codes[] = {0x12, 0x43, 0x46, 0x4a, 0x51, 0x5a, 0xbd};
    struct ata_rig *rig = ready_cdrom_create();
    uint8_t data[256];

    for (unsigned i = 0; i < sizeof codes; i++) {
        unsigned whole = 0;

        for (unsigned allowed = 0; allowed < 100; allowed++) {
            uint8_t packet[12] = {codes[i]};

            packet[codes[i] == 0x12   ? 4
                   : codes[i] == 0xbd ? 9
                                      : 8] = (uint8_t)allowed;
            packet[1] = codes[i] == 0x4a;
            packet[2] = codes[i] == 0x5a ? 0x3f : 0;
            if (codes[i] == 0x4a)
                packet[4] = 0x10;
            whole = run_packet(rig, packet, FLOW, data);
            EXPECT_EQ(in(rig, STATUS), READY);
            EXPECT(whole <= allowed);
            EXPECT(whole == allowed || allowed >= 8);
        }
        EXPECT(whole >= 8);
    }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(tray_opens_closes_and_is_locked)
{
    struct ata_rig *rig = ready_cdrom_create();
    const uint8_t events[12] = {0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8};
    uint8_t data[8];

    simple(rig, 0x1e, 1);
    simple(rig, 0x1b, 2);
    expect_sense(rig, 0x55302);
    simple(rig, 0x1e, 0);
    simple(rig, 0x1b, 2);
    EXPECT_EQ(in(rig, STATUS), READY);
    EXPECT_EQ(run_packet(rig, events, FLOW, data), 8);
    EXPECT_EQ(data[4], 3); /* removed */
    EXPECT_EQ(data[5], 1); /* open, empty */
    simple(rig, 0x00, 0);
    expect_sense(rig, 0x23a02);
    simple(rig, 0x1b, 3);
    EXPECT_EQ(run_packet(rig, events, FLOW, data), 8);
    EXPECT_EQ(data[4], 2); /* new */
    EXPECT_EQ(data[5], 2);
    EXPECT_EQ(run_packet(rig, events, FLOW, data), 8);
    EXPECT_EQ(data[4], 0);
    simple(rig, 0x00, 0);
    expect_sense(rig, 0x62800);
    simple(rig, 0x00, 0);
    EXPECT_EQ(in(rig, STATUS), READY);
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(every_packet_code_is_known_or_refused)
{
    static const uint8_t known[] = {0x00, 0x03, 0x12, 0x1b, 0x1e, 0x25,
                                    0x28, 0x2b, 0x42, 0x43, 0x46, 0x4a,
                                    0x51, 0x5a, 0xa8, 0xbd, 0xbe};
    struct ata_rig *rig = ready_cdrom_create();
    uint8_t data[2048];

    for (unsigned code = 0; code < 256; code++) {
        if (memchr(known, (int)code, sizeof known))
            continue;
        EXPECT_EQ(run_bytes(rig, data, code, 0, 0), 0);
        expect_sense(rig, 0x52000);
    }
    ata_rig_destroy(rig);
}
END_TEST

START_TEST(drive_without_a_disc_says_so)
{
    struct ata_rig *rig = cdrom_create(0);

    simple(rig, 0x12, 36);
    EXPECT_EQ(in(rig, STATUS), READY);
    EXPECT_EQ(sense(rig), 0x62900); /* REQUEST SENSE takes the attention */
    simple(rig, 0x25, 0);
    expect_sense(rig, 0x23a00);
    ata_rig_destroy(rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        signature_and_commands_of_disks_show_a_packet_drive,
        identify_packet_device_tells_of_a_cdrom,
        sectors_are_read_by_every_command_limit_and_count,
        sectors_are_read_by_dma,
        capacity_and_range_are_those_of_the_medium,
        table_of_contents_has_one_data_track,
        replies_stop_at_what_the_host_allows,
        tray_opens_closes_and_is_locked,
        every_packet_code_is_known_or_refused,
        drive_without_a_disc_says_so,
    };

    return run_tests("atapi", tests, sizeof tests / sizeof tests[0]);
}
