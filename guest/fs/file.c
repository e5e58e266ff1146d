/* SPDX-License-Identifier: MIT */
#include "fs/file.h"

#include "fs/builtin.h"
#include "fs/proc.h"
#include "kernel/string.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"

#define FIRST_INODE_NUMBER 11 /* as on a new ext2: those below are special */

void files_init(void)
{
    unsigned int i;

    for (i = 0; i < builtin_count; i++) {
        struct inode *inode = &builtin_inode[i];

        inode->number = FIRST_INODE_NUMBER + i;
        if (builtin_image[i].start) {
            inode->image = builtin_image[i].start;
            inode->size = (size_t)(builtin_image[i].end - inode->image);
        }
    }
}

struct inode *find_inode(const char *path)
{
    unsigned int i;

    for (i = 0; i < builtin_count; i++) {
        if (strcmp(builtin_inode[i].path, path) == 0)
            return &builtin_inode[i];
    }
    return NULL;
}

struct file *open_file(const char *path)
{
    struct inode *inode = find_inode(path);
    char *text = inode ? NULL : proc_text(path);
    struct file *file;

    if (!inode && !text)
        return NULL;
    file = kzalloc(sizeof(*file), GFP_KERNEL);
    if (!file) {
        free_page((unsigned long)text);
        return NULL;
    }
    *file = (struct file){.inode = inode, .text = text, .count = 1};
    return file;
}

struct file *get_file(struct file *file)
{
    if (file)
        file->count++;
    return file;
}

void put_file(struct file *file)
{
    if (!file || --file->count > 0)
        return;
    free_page((unsigned long)file->text);
    kfree(file);
}

/* ---- the page cache ----------------------------------------------------- */

static unsigned long page_slots(const struct inode *inode)
{
    return (inode->size + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

static bool has_page_cache(struct inode *inode)
{
    if (!inode->page)
        inode->page =
            kzalloc(page_slots(inode) * sizeof(*inode->page), GFP_KERNEL);
    return inode->page != NULL;
}

/* Copy one page from the disk; what lies behind the file's end is zero. */
static void read_page(struct inode *inode, struct page *page,
                      unsigned long index)
{
    const size_t offset = index << PAGE_SHIFT;
    const size_t rest = inode->size - offset;
    const size_t size = rest < PAGE_SIZE ? rest : PAGE_SIZE;
    char *target = kmap_atomic(page, KM_USER0);

    memcpy(target, inode->image + offset, size);
    memset(target + size, 0, PAGE_SIZE - size);
    kunmap_atomic(target, KM_USER0);
    inode->reads++;
}

struct page *find_get_page(struct inode *inode, unsigned long index,
                           bool *major)
{
    struct page *page;

    *major = false;
    if (index >= page_slots(inode) || !has_page_cache(inode))
        return NULL;
    page = inode->page[index];
    if (!page) {
        page = alloc_page(GFP_HIGHUSER);
        if (!page)
            return NULL;
        if (inode->image) {
            read_page(inode, page, index);
            *major = true;
        } else {
            clear_highpage(page);
        }
        page->flags |= PG_CACHE;
        page->mapping = inode;
        page->index = index;
        inode->page[index] = page;
    }
    get_page(page);
    return page;
}

unsigned long cached_pages(const struct inode *inode)
{
    unsigned long cached = 0;
    unsigned long i;

    for (i = 0; inode->page && i < page_slots(inode); i++)
        cached += inode->page[i] != NULL;
    return cached;
}

static void drop_page(struct inode *inode, unsigned long index)
{
    struct page *page = inode->page[index];

    inode->page[index] = NULL;
    page->flags &= ~PG_CACHE;
    page->mapping = NULL;
    __free_page(page);
}

static unsigned long drop_pages(struct inode *inode)
{
    unsigned long dropped = 0;
    unsigned long i;

    if (!inode->page)
        return 0;
    for (i = 0; i < page_slots(inode); i++) {
        /* One user is the cache itself. */
        if (inode->page[i] && inode->page[i]->count == 1) {
            drop_page(inode, i);
            dropped++;
        }
    }
    if (cached_pages(inode) == 0) {
        kfree(inode->page);
        inode->page = NULL;
    }
    return dropped;
}

unsigned long drop_page_cache(void)
{
    unsigned long dropped = 0;
    unsigned int i;

    for (i = 0; i < builtin_count; i++) {
        if (builtin_inode[i].image)
            dropped += drop_pages(&builtin_inode[i]);
    }
    return dropped;
}

void truncate_inode(struct inode *inode)
{
    drop_pages(inode);
}

/* ---- read --------------------------------------------------------------- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t read_text(struct file *file, char *buffer, size_t size)
{
    const size_t rest = strlen(file->text) - file->position;
    const size_t length = smaller(size, rest);

    memcpy(buffer, file->text + file->position, length);
    file->position += length;
    return length;
}

/* As much as lies in one page of the file. */
static size_t read_part(struct file *file, char *buffer, size_t size)
{
    const unsigned long index = file->position >> PAGE_SHIFT;
    const size_t offset = file->position % PAGE_SIZE;
    const size_t part = smaller(smaller(size, PAGE_SIZE - offset),
                                file->inode->size - file->position);
    struct page *page;
    bool major;
    char *source;

    page = find_get_page(file->inode, index, &major);
    if (!page)
        return 0;
    source = kmap_atomic(page, KM_USER0);
    memcpy(buffer, source + offset, part);
    kunmap_atomic(source, KM_USER0);
    put_page(page);
    file->position += part;
    return part;
}

size_t read_file(struct file *file, void *buffer, size_t size)
{
    size_t done = 0;
    size_t part;

    if (file->text)
        return read_text(file, buffer, size);
    while (done < size && file->position < file->inode->size) {
        part = read_part(file, (char *)buffer + done, size - done);
        if (part == 0)
            break;
        done += part;
    }
    return done;
}
