/* SPDX-License-Identifier: MIT */
/*
 * What users call, on a trace with each of its bytes changed and cut at each of
 * them: it ends, with a status that says how, and with one line if the trace is
 * damaged.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/run_tests.h"
#include "tests/unit/trace/small_trace.h"
#include "tools/commands.h"
#include "tools/exit_status.h"
#include "trace/ctf_packet.h"

enum { DIFF_TROUBLE = 2, ANSWER_MAX = 2048 };

static struct small_trace damaged;
static struct small_trace whole;
static int answer; /* a file that stands for standard error */

static void begin(void)
{
    char file[300];

    small_trace_make(&damaged);
    small_trace_make(&whole);
    (void)snprintf(file, sizeof file, "%s/answer", whole.path);
    answer = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(answer, 0);
    (void)unlink(file);
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
    ck_assert_int_eq(dup2(answer, STDERR_FILENO), STDERR_FILENO);
}

static void end(void)
{
    (void)close(answer);
    small_trace_remove(&damaged);
    small_trace_remove(&whole);
}

/* What was said on standard error: no more than a line. Returns its length. */
static size_t take_answer(char text[ANSWER_MAX])
{
    ssize_t length;

    (void)fflush(stderr);
    length = pread(answer, text, ANSWER_MAX - 1, 0);
    ck_assert_int_ge(length, 0);
    text[length] = '\0';
    ck_assert_msg(!length || strchr(text, '\n') == text + length - 1, "%s",
                  text);
    EXPECT(ftruncate(answer, 0) == 0);
    EXPECT(lseek(answer, 0, SEEK_SET) == 0);
    return (size_t)length;
}

/* Run one of the commands. Returns how much it had to say. */
static size_t run(size_t number)
{
    char print[] = "print";
    char stat[] = "stat";
    char diff[] = "diff";
    char *words[][3] = {{print, damaged.path},
                        {stat, damaged.path},
                        {diff, damaged.path, whole.path}};
    char text[ANSWER_MAX];
    const int status = command_trace(number == 2 ? 3 : 2, words[number]);
    const size_t said = take_answer(text);

    if (number == 2)
        EXPECT(status >= 0 && status <= DIFF_TROUBLE);
    else
        EXPECT(status == STATUS_OK || status == STATUS_FILE);
    if (status == (number == 2 ? DIFF_TROUBLE : STATUS_FILE))
        ck_assert_ptr_nonnull(strstr(text, damaged.path));
    return said;
}

enum { COMMANDS = 3 };

/* The commands take turns, the slower ones less often: each byte is looked at
 * in the reader's own tests. */
static size_t turn(size_t at)
{
    return at % 8 == 3 ? 1 : at % 8 == 7 ? 2 : 0;
}

START_TEST(a_command_ends_on_a_trace_with_any_changed_byte)
{
    begin();
    for (size_t at = 0; at < damaged.used; at++) {
        uint8_t byte;
        uint8_t other;

        EXPECT_EQ((size_t)pread(damaged.stream, &byte, 1, (off_t)at), 1);
        other = (uint8_t)(byte ^ 1u << at % 8);
        EXPECT_EQ((size_t)pwrite(damaged.stream, &other, 1, (off_t)at), 1);
        (void)run(turn(at));
        EXPECT_EQ((size_t)pwrite(damaged.stream, &byte, 1, (off_t)at), 1);
    }
    for (unsigned number = 0; number < COMMANDS; number++)
        EXPECT_EQ(run(number), 0);
    end();
}
END_TEST

START_TEST(every_command_tells_of_a_trace_that_is_cut)
{
    begin();
    for (size_t in_packet = damaged.used; in_packet > 2; in_packet -= 3) {
        const size_t size = CTF_PACKET_SIZE + in_packet;

        EXPECT(ftruncate(damaged.stream, (off_t)size) == 0);
        EXPECT(run(turn(in_packet / 3)) > 0);
    }
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_command_ends_on_a_trace_with_any_changed_byte,
        every_command_tells_of_a_trace_that_is_cut,
    };

    return run_tests("trace_damage", tests, sizeof tests / sizeof tests[0]);
}
