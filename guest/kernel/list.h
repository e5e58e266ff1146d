/* SPDX-License-Identifier: MIT */
/*
 * Doubly linked circular lists whose links live inside the things linked.
 * An empty list is a head that points to itself.
 */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include "kernel/types.h"

struct list_head {
    struct list_head *next;
    struct list_head *prev;
};

#define LIST_HEAD_INIT(name) \
    {                        \
        &(name), &(name)     \
    }

/** The structure that holds the link `pointer` as its `member`. */
#define list_entry(pointer, type, member) container_of(pointer, type, member)

static inline void list_init(struct list_head *head)
{
    head->next = head;
    head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
    return head->next == head;
}

/** Put `entry` behind `head`: it becomes the first of the list. */
static inline void list_add(struct list_head *entry, struct list_head *head)
{
    entry->next = head->next;
    entry->prev = head;
    head->next->prev = entry;
    head->next = entry;
}

/** Put `entry` before `head`: it becomes the last of the list. */
static inline void list_add_tail(struct list_head *entry,
                                 struct list_head *head)
{
    list_add(entry, head->prev);
}

static inline void list_del(struct list_head *entry)
{
    entry->next->prev = entry->prev;
    entry->prev->next = entry->next;
    list_init(entry);
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
    list_del(entry);
    list_add(entry, head);
}

#endif
