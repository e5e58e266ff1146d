/* SPDX-License-Identifier: MIT */
/*
 * Why a call failed, with Linux's numbers; returned as negative values.
 */
#ifndef KERNEL_ERRNO_H
#define KERNEL_ERRNO_H

#define EPERM   1
#define ENOENT  2
#define ESRCH   3
#define EINTR   4
#define EIO     5
#define ENOEXEC 8
#define EBADF   9
#define ECHILD  10
#define EAGAIN  11
#define ENOMEM  12
#define EACCES  13
#define EFAULT  14
#define EBUSY   16
#define EINVAL  22
#define EMFILE  24
#define ENOSYS  38

#endif
