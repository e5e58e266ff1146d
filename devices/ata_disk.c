/* SPDX-License-Identifier: MIT */
#include "devices/ata_disk.h"

#include "devices/ata_identify.h"

enum {
    HEADS_DEFAULT = 16,
    SECTORS_DEFAULT = 63,
    CYLINDERS_MAX = 16383, /* ATA/ATAPI-5, annex B */
    MULTIPLE_MAX = 16,
    COUNT_MAX = 256, /* what a sector count of 0 means */
    DMA_SECTORS_MAX = ATA_BUFFER / ATA_SECTOR
};

/* How long a command takes, and each sector that it moves. */
enum { COMMAND_MICROSECONDS = 10, SECTOR_MICROSECONDS = 2 };

/* SET FEATURES subcommands. */
enum {
    FEATURE_WRITE_CACHE = 0x02,
    FEATURE_TRANSFER_MODE = 0x03,
    FEATURE_NO_LOOK_AHEAD = 0x55,
    FEATURE_KEEP_SETTINGS = 0x66,
    FEATURE_NO_WRITE_CACHE = 0x82,
    FEATURE_LOOK_AHEAD = 0xaa,
    FEATURE_DROP_SETTINGS = 0xcc
};

/* A command: what it does at once, and when its time is over. */
struct command_row {
    uint8_t first;
    uint8_t last;
    void (*start)(struct ata_drive *drive);
    void (*proceed)(struct ata_drive *drive);
};

static void take_time(struct ata_drive *drive)
{
    ata_work(drive, COMMAND_MICROSECONDS);
}

static void take_time_for(struct ata_drive *drive, uint32_t sectors)
{
    ata_work(drive, COMMAND_MICROSECONDS + SECTOR_MICROSECONDS * sectors);
}

static void refuse(struct ata_drive *drive)
{
    ata_fail(drive, ATA_ABRT);
}

/* --- Addresses --- */

static bool chs_is_sane(const struct ata_drive *drive)
{
    const struct ata_disk *disk = &drive->disk;

    return drive->low >= 1 && drive->low <= disk->sectors_per_track &&
           (drive->select & ATA_HEAD) < disk->heads;
}

/* The first sector that the registers name; false if there is none such. */
static bool load_address(const struct ata_drive *drive, uint32_t *sector)
{
    const struct ata_disk *disk = &drive->disk;
    const uint32_t head = drive->select & ATA_HEAD;
    const uint32_t cylinder = (uint32_t)drive->high << 8 | drive->mid;

    if (drive->select & ATA_LBA) {
        *sector = head << 24 | cylinder << 8 | drive->low;
    } else {
        if (!chs_is_sane(drive))
            return false;
        *sector = (cylinder * disk->heads + head) * disk->sectors_per_track +
                  drive->low - 1u;
    }
    return *sector < disk->sectors;
}

static void store_address(struct ata_drive *drive, uint32_t sector)
{
    const struct ata_disk *disk = &drive->disk;
    uint32_t cylinder = sector >> 8;
    uint32_t head = sector >> 24;
    uint32_t low = sector;

    if (!(drive->select & ATA_LBA)) {
        const uint32_t track = sector / disk->sectors_per_track;

        low = sector % disk->sectors_per_track + 1;
        head = track % disk->heads;
        cylinder = track / disk->heads;
    }
    drive->low = (uint8_t)low;
    drive->mid = (uint8_t)cylinder;
    drive->high = (uint8_t)(cylinder >> 8);
    drive->select = (uint8_t)((drive->select & 0xf0u) | (head & ATA_HEAD));
}

/* Note where the command is, for the guest to see and for us to go on. */
static void advance(struct ata_drive *drive, uint32_t sectors)
{
    struct ata_disk *disk = &drive->disk;

    disk->sector += sectors;
    disk->left -= sectors;
    drive->count = (uint8_t)disk->left;
    store_address(drive, disk->sector - 1);
}

/* Set sector and count up; false, with the command ended, if the first sector
 * is not there. */
static bool load_range(struct ata_drive *drive)
{
    struct ata_disk *disk = &drive->disk;

    disk->left = drive->count ? drive->count : COUNT_MAX;
    if (load_address(drive, &disk->sector))
        return true;
    ata_fail(drive, ATA_IDNF);
    return false;
}

/* Sectors of the next block that are there; 0, with the command ended, if
 * the range runs over the end of the disk. */
static uint32_t next_block(struct ata_drive *drive)
{
    struct ata_disk *disk = &drive->disk;
    const uint32_t room = disk->sectors - disk->sector;
    uint32_t block = disk->left < disk->block ? disk->left : disk->block;

    if (block > room)
        block = room;
    if (block == 0) {
        store_address(drive, disk->sector);
        ata_fail(drive, ATA_IDNF);
    }
    return block;
}

static bool read_medium(struct ata_drive *drive, uint32_t sectors)
{
    const struct medium *medium = &drive->medium;

    drive->position = 0;
    drive->end = sectors * ATA_SECTOR;
    drive->block_end = drive->end;
    if (medium->read(medium->context, (uint64_t)drive->disk.sector * ATA_SECTOR,
                     drive->buffer, drive->end))
        return true;
    store_address(drive, drive->disk.sector);
    ata_fail(drive, ATA_UNC);
    return false;
}

static bool write_medium(struct ata_drive *drive)
{
    const struct medium *medium = &drive->medium;

    if (medium->write(medium->context,
                      (uint64_t)drive->disk.sector * ATA_SECTOR, drive->buffer,
                      drive->end))
        return true;
    store_address(drive, drive->disk.sector);
    ata_fault(drive);
    return false;
}

static void make_room(struct ata_drive *drive, uint32_t sectors)
{
    drive->position = 0;
    drive->end = sectors * ATA_SECTOR;
    drive->block_end = drive->end;
}

/* --- Programmed transfers --- */

static void start_read(struct ata_drive *drive)
{
    drive->disk.block = 1;
    if (load_range(drive))
        take_time_for(drive, 1);
}

static void start_read_multiple(struct ata_drive *drive)
{
    drive->disk.block = drive->disk.multiple;
    if (!drive->disk.block)
        refuse(drive);
    else if (load_range(drive))
        take_time_for(drive, drive->disk.block);
}

static void read_block(struct ata_drive *drive)
{
    const uint32_t sectors = next_block(drive);

    if (sectors == 0 || !read_medium(drive, sectors))
        return;
    advance(drive, sectors);
    ata_open_in(drive);
}

static void open_block(struct ata_drive *drive, bool interrupt)
{
    const uint32_t sectors = next_block(drive);

    if (sectors == 0)
        return;
    make_room(drive, sectors);
    ata_open_out(drive, interrupt);
}

/* The first block may be written without waiting for an interrupt. */
static void start_write(struct ata_drive *drive)
{
    drive->disk.block = 1;
    if (load_range(drive))
        open_block(drive, false);
}

static void start_write_multiple(struct ata_drive *drive)
{
    drive->disk.block = drive->disk.multiple;
    if (!drive->disk.block)
        refuse(drive);
    else if (load_range(drive))
        open_block(drive, false);
}

static void write_block(struct ata_drive *drive)
{
    if (!write_medium(drive))
        return;
    advance(drive, drive->end / ATA_SECTOR);
    if (drive->disk.left == 0)
        ata_succeed(drive);
    else
        open_block(drive, true);
}

static void block_done(struct ata_drive *drive)
{
    if (drive->phase == ATA_DATA_OUT)
        take_time_for(drive, drive->end / ATA_SECTOR);
    else if (drive->disk.left > 0)
        take_time_for(drive, drive->disk.block);
    else
        ata_rest(drive);
}

/* --- Direct memory access --- */

static void start_dma(struct ata_drive *drive)
{
    drive->disk.block = DMA_SECTORS_MAX;
    if (load_range(drive))
        take_time_for(drive, drive->disk.left);
}

static void open_dma_in(struct ata_drive *drive)
{
    make_room(drive, 0);
    ata_open_dma(drive, ATA_DMA_IN);
}

static void open_dma_out(struct ata_drive *drive)
{
    const uint32_t sectors = next_block(drive);

    if (sectors == 0)
        return;
    make_room(drive, sectors);
    ata_open_dma(drive, ATA_DMA_OUT);
}

static void fill_for_dma(struct ata_drive *drive)
{
    uint32_t sectors;

    if (drive->disk.left == 0) {
        ata_succeed(drive);
        return;
    }
    sectors = next_block(drive);
    if (sectors > 0 && read_medium(drive, sectors))
        advance(drive, sectors);
}

static void empty_from_dma(struct ata_drive *drive)
{
    uint32_t sectors;

    if (!write_medium(drive))
        return;
    advance(drive, drive->end / ATA_SECTOR);
    if (drive->disk.left == 0) {
        ata_succeed(drive);
        return;
    }
    sectors = next_block(drive);
    if (sectors > 0)
        make_room(drive, sectors);
}

static void dma_done(struct ata_drive *drive)
{
    if (drive->phase == ATA_DMA_IN)
        fill_for_dma(drive);
    else
        empty_from_dma(drive);
}

/* --- Commands without data --- */

static void recalibrate(struct ata_drive *drive)
{
    drive->mid = 0;
    drive->high = 0;
    ata_succeed(drive);
}

static void start_verify(struct ata_drive *drive)
{
    drive->disk.block = DMA_SECTORS_MAX;
    if (load_range(drive))
        take_time_for(drive, drive->disk.left);
}

static void verify(struct ata_drive *drive)
{
    while (drive->disk.left > 0) {
        const uint32_t sectors = next_block(drive);

        if (sectors == 0 || !read_medium(drive, sectors))
            return;
        advance(drive, sectors);
    }
    ata_succeed(drive);
}

static void seek(struct ata_drive *drive)
{
    uint32_t sector;

    if (load_address(drive, &sector))
        ata_succeed(drive);
    else
        ata_fail(drive, ATA_IDNF);
}

static void set_parameters(struct ata_drive *drive)
{
    struct ata_disk *disk = &drive->disk;
    const uint32_t heads = (drive->select & ATA_HEAD) + 1u;
    uint32_t cylinders;

    if (drive->count == 0) {
        refuse(drive);
        return;
    }
    cylinders = disk->sectors / (heads * drive->count);
    disk->heads = (uint8_t)heads;
    disk->sectors_per_track = drive->count;
    disk->cylinders = (uint16_t)(cylinders > 0xffff ? 0xffff : cylinders);
    ata_succeed(drive);
}

static void set_multiple(struct ata_drive *drive)
{
    const uint8_t count = drive->count;

    if (count > MULTIPLE_MAX || (count & (count - 1)) != 0) {
        drive->disk.multiple = 0;
        refuse(drive);
        return;
    }
    drive->disk.multiple = count;
    ata_succeed(drive);
}

/* Active, idle or asleep: no difference that a guest could see. */
static void change_power(struct ata_drive *drive)
{
    ata_succeed(drive);
}

static void check_power(struct ata_drive *drive)
{
    drive->count = 0xff; /* active or idle */
    ata_succeed(drive);
}

static void flush(struct ata_drive *drive)
{
    const struct medium *medium = &drive->medium;

    if (medium->flush && !medium->flush(medium->context))
        ata_fault(drive);
    else
        ata_succeed(drive);
}

static void identify(struct ata_drive *drive)
{
    ata_identify_disk(drive);
    make_room(drive, 1);
    drive->disk.left = 0;
    ata_open_in(drive);
}

static void set_features(struct ata_drive *drive)
{
    struct ata_disk *disk = &drive->disk;

    switch (drive->features) {
    case FEATURE_WRITE_CACHE: disk->write_cache = true; break;
    case FEATURE_NO_WRITE_CACHE: disk->write_cache = false; break;
    case FEATURE_LOOK_AHEAD: disk->look_ahead = true; break;
    case FEATURE_NO_LOOK_AHEAD: disk->look_ahead = false; break;
    case FEATURE_KEEP_SETTINGS:
    case FEATURE_DROP_SETTINGS: break;
    case FEATURE_TRANSFER_MODE:
        if (ata_mode_is_known(drive->count)) {
            disk->transfer_mode = drive->count;
            break;
        }
        refuse(drive);
        return;
    default: refuse(drive); return;
    }
    ata_succeed(drive);
}

/* ATA/ATAPI-5, "Command descriptions"; the older twins of some from ATA-1. */
static const struct command_row rows[] = {
    {0x10, 0x1f, take_time, recalibrate},
    {0x20, 0x21, start_read, read_block},
    {0x30, 0x31, start_write, write_block},
    {0x3c, 0x3c, start_write, write_block}, /* and verify */
    {0x40, 0x41, start_verify, verify},
    {0x70, 0x7f, take_time, seek},
    {0x91, 0x91, take_time, set_parameters},
    {0x94, 0x97, take_time, change_power},
    {0x98, 0x98, take_time, check_power},
    {0x99, 0x99, take_time, change_power},
    {0xc4, 0xc4, start_read_multiple, read_block},
    {0xc5, 0xc5, start_write_multiple, write_block},
    {0xc6, 0xc6, take_time, set_multiple},
    {0xc8, 0xc9, start_dma, open_dma_in},
    {0xca, 0xcb, start_dma, open_dma_out},
    {0xe0, 0xe3, take_time, change_power},
    {0xe5, 0xe5, take_time, check_power},
    {0xe6, 0xe6, take_time, change_power},
    {0xe7, 0xe7, take_time, flush},
    {0xec, 0xec, take_time, identify},
    {0xef, 0xef, take_time, set_features},
    {0x00, 0xff, take_time, refuse}, /* all others */
};

static const struct command_row *row_of(uint8_t command)
{
    const struct command_row *row = rows;

    while (command < row->first || command > row->last)
        row++;
    return row;
}

static void command(struct ata_drive *drive)
{
    row_of(drive->command)->start(drive);
}

static void proceed(struct ata_drive *drive)
{
    row_of(drive->command)->proceed(drive);
}

static void reset(struct ata_drive *drive, bool by_software)
{
    struct ata_disk *disk = &drive->disk;

    drive->count = 1;
    drive->low = 1;
    drive->mid = 0;
    drive->high = 0;
    drive->status = ATA_DRDY | ATA_DSC;
    if (by_software)
        return;
    disk->cylinders = disk->default_cylinders;
    disk->heads = disk->default_heads;
    disk->sectors_per_track = disk->default_sectors;
    disk->multiple = 0;
    disk->transfer_mode = 0;
    disk->write_cache = true;
    disk->look_ahead = true;
}

static const struct ata_protocol protocol = {reset, command, proceed,
                                             block_done, dma_done};

void ata_disk_attach(struct ata_drive *drive, const struct medium *medium)
{
    struct ata_disk *disk = &drive->disk;
    uint32_t cylinders;

    disk->sectors = (uint32_t)(medium->size / ATA_SECTOR);
    disk->default_heads = HEADS_DEFAULT;
    disk->default_sectors = SECTORS_DEFAULT;
    cylinders = disk->sectors / (HEADS_DEFAULT * SECTORS_DEFAULT);
    if (cylinders < 1)
        cylinders = 1;
    if (cylinders > CYLINDERS_MAX)
        cylinders = CYLINDERS_MAX;
    disk->default_cylinders = (uint16_t)cylinders;
    drive->medium = *medium;
    drive->protocol = &protocol;
}
