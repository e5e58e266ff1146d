/* SPDX-License-Identifier: MIT */
/*
 * Runs that are recorded once and compared each time after: a directory with a
 * manifest, whose rows are a name and the arguments of `pagewalk run`, and a
 * trace NAME.trace for each.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/files.h"
#include "tools/exit_status.h"
#include "tools/trace_commands.h"
#include "tools/trace_compare.h"

enum { WORDS_MAX = 64, ROW_MAX = 4096, REGRESS_DIFFERENT = 1 };

/* The directory, and where traces are written for comparison. */
struct regress {
    const struct trace_options *options;
    char directory[PATH_MAX];
    char temporary[PATH_MAX];
    unsigned rows;
    unsigned different;
    struct error error;
};

/* The child: the run, in the manifest's directory, with nobody watching. */
static _Noreturn void become_run(const struct regress *regress, char **words)
{
    const int nothing = open("/dev/null", O_RDWR);

    if (nothing < 0 || chdir(regress->directory) != 0 ||
        dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0)
        _exit(STATUS_FILE);
    (void)execv("/proc/self/exe", words);
    _exit(STATUS_FILE);
}

/* Run a row into a trace. The guest may end as it likes. */
static bool record(struct regress *regress, const char *name, char **arguments,
                   const char *path)
{
    char self[] = "pagewalk";
    char command[] = "run";
    char option[] = "--trace";
    char place[PATH_MAX + 64];
    char *words[WORDS_MAX + 5] = {self, command, option, place};
    unsigned count = 4;
    int status = 0;
    pid_t child;

    (void)snprintf(place, sizeof place, "%s", path);
    for (; *arguments; arguments++)
        words[count++] = *arguments;
    (void)fflush(NULL);
    child = fork();
    if (child == 0)
        become_run(regress, words);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return error_set(&regress->error, "%s: cannot be run: %s", name,
                         strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) == STATUS_USAGE ||
        WEXITSTATUS(status) == STATUS_FILE)
        return error_set(&regress->error, "%s: the run failed", name);
    return true;
}

static void remove_trace(const char *path)
{
    char file[PATH_MAX + 128];

    (void)snprintf(file, sizeof file, "%s/metadata", path);
    (void)unlink(file);
    (void)snprintf(file, sizeof file, "%s/stream", path);
    (void)unlink(file);
    (void)rmdir(path);
}

/* Compare a new run with what was recorded; what differs is told. */
static bool check(struct regress *regress, const char *name, char **arguments,
                  const char *recorded)
{
    struct trace_options options = *regress->options;
    enum trace_verdict verdict = TRACE_TROUBLE;
    char path[PATH_MAX + 64];

    (void)snprintf(path, sizeof path, "%s/%.40s.trace", regress->temporary,
                   name);
    if (record(regress, name, arguments, path)) {
        options.path[0] = recorded;
        options.path[1] = path;
        verdict = trace_compare(&options, stdout, &regress->error);
    }
    if (verdict == TRACE_DIFFERENT) {
        (void)printf("%s: differs, see above\n", name);
        regress->different++;
        if (options.command == TRACE_BLESS &&
            !record(regress, name, arguments, recorded))
            verdict = TRACE_TROUBLE;
    }
    remove_trace(path);
    return verdict != TRACE_TROUBLE;
}

static bool is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const size_t length = strlen(name);

    return length > 0 && length <= 40 && strspn(name, letters) == length;
}

static bool take_row(struct regress *regress, char *row)
{
    char path[PATH_MAX + 64];
    char *words[WORDS_MAX + 1];
    unsigned count = 0;
    char *rest = NULL;

    for (char *word = strtok_r(row, " \t", &rest); word;
         word = strtok_r(NULL, " \t", &rest)) {
        if (count == WORDS_MAX)
            return error_set(&regress->error, "%s: too many words", words[0]);
        words[count++] = word;
    }
    words[count] = NULL;
    if (count == 0 || words[0][0] == '#')
        return true;
    if (!is_name(words[0]) || count == 1)
        return error_set(&regress->error,
                         "manifest: a row is a name of letters, digits, - and "
                         "_, and arguments of run: '%.60s'",
                         words[0]);
    (void)snprintf(path, sizeof path, "%s/%s.trace", regress->directory,
                   words[0]);
    regress->rows++;
    if (regress->options->command == TRACE_RECORD)
        return record(regress, words[0], words + 1, path);
    return check(regress, words[0], words + 1, path);
}

static bool take_manifest(struct regress *regress)
{
    char path[PATH_MAX + 16];
    struct host_file file;
    bool ok = true;

    (void)snprintf(path, sizeof path, "%s/manifest", regress->directory);
    if (!host_file_read(path, &file, &regress->error))
        return false;
    for (size_t at = 0; ok && at < file.size;) {
        const uint8_t *end = memchr(file.bytes + at, '\n', file.size - at);
        const size_t length =
            end ? (size_t)(end - file.bytes) - at : file.size - at;
        char row[ROW_MAX];

        if (length >= sizeof row) {
            ok = error_set(&regress->error, "%s: a row is too long", path);
            break;
        }
        memcpy(row, file.bytes + at, length);
        row[length] = '\0';
        ok = take_row(regress, row);
        at += length + 1;
    }
    host_file_release(&file);
    return ok;
}

static bool find_places(struct regress *regress)
{
    const char *directory = getenv("TMPDIR");

    if (!realpath(regress->options->path[0], regress->directory))
        return error_set(&regress->error, "%s: %s", regress->options->path[0],
                         strerror(errno));
    (void)snprintf(regress->temporary, sizeof regress->temporary,
                   "%.4000s/pagewalk.XXXXXX", directory ? directory : "/tmp");
    if (!mkdtemp(regress->temporary))
        return error_set(&regress->error, "%s: %s", regress->temporary,
                         strerror(errno));
    return true;
}

int trace_regress(const struct trace_options *options)
{
    struct regress *regress = calloc(1, sizeof *regress);
    struct error error = {"out of memory"};
    bool ok = false;
    int status = STATUS_FILE;

    if (!regress)
        return trace_complain(&error, STATUS_FILE);
    regress->options = options;
    if (find_places(regress)) {
        ok = take_manifest(regress);
        (void)rmdir(regress->temporary);
    }
    if (!ok)
        (void)trace_complain(&regress->error, STATUS_FILE);
    else if (options->command == TRACE_RECORD)
        (void)printf("%u recorded\n", regress->rows);
    else
        (void)printf("%u compared, %u differ%s\n", regress->rows,
                     regress->different,
                     options->command == TRACE_BLESS && regress->different
                         ? ": recorded anew"
                         : "");
    if (ok)
        status = regress->different && options->command == TRACE_CHECK
                     ? REGRESS_DIFFERENT
                     : STATUS_OK;
    free(regress);
    return status;
}
