/* SPDX-License-Identifier: MIT */
#include "tests/vectors/replay.h"

#include <dirent.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { EXIT_USAGE = 2, FAILURES_SHOWN = 10, PATH_ROOM = 4096 };

static const char usage[] =
    "usage: replay [options] PATH...\n"
    "Replay recorded processor states: files or folders of the formats hwv1,\n"
    "sysv1 and real-mode-286 (JSON lines), plain or compressed by zstd.\n"
    "  --model MODEL   " CPU_MODEL_NAMES " (default pentiumpro)\n"
    "  --form REGEX    only forms whose name matches\n"
    "  --limit N       how many failures to tell in words (default 10)\n"
    "  --strict        compare undefined flags and results too\n"
    "  --verbose       list the forms that passed, too\n";

bool replay_wants(struct replay *replay, const char *name)
{
    if (replay->form && regexec(replay->form, name, 0, NULL, 0) != 0)
        return false;
    tally_set_form(&replay->tally, name);
    return true;
}

static bool replay_file(struct replay *replay, const char *path)
{
    struct lines lines;
    struct error error;
    const char *first;
    bool known = true;

    if (!lines_open(&lines, path, &error)) {
        fprintf(stderr, "replay: %s\n", error.text);
        return false;
    }
    first = lines_peek(&lines);
    if (first && strncmp(first, "# hwv1", 6) == 0)
        replay_hwv1(replay, &lines);
    else if (first && strncmp(first, "# sysv1", 7) == 0)
        replay_sysv1(replay, &lines);
    else if (first && *first == '{')
        replay_real286(replay, &lines);
    else
        known = false;
    if (!known)
        fprintf(stderr, "replay: %s: no format that I know\n", path);
    lines_close(&lines);
    return known;
}

/** True if a file in a folder looks like a recording. */
static int is_recording(const struct dirent *entry)
{
    const char *const ending[] = {".hwv1", ".sysv1", ".jsonl", ".zst"};
    const size_t size = strlen(entry->d_name);

    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        const size_t length = strlen(ending[i]);

        if (size > length &&
            strcmp(entry->d_name + size - length, ending[i]) == 0)
            return 1;
    }
    return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

static bool replay_path(struct replay *replay, const char *path)
{
    struct dirent **entry = NULL;
    struct stat status;
    bool ok = true;
    int count;

    if (stat(path, &status) != 0) {
        fprintf(stderr, "replay: %s: no such file\n", path);
        return false;
    }
    if (!S_ISDIR(status.st_mode))
        return replay_file(replay, path);
    count = scandir(path, &entry, is_recording, alphasort);
    for (int i = 0; i < count; i++) {
        char inside[PATH_ROOM];

        snprintf(inside, sizeof inside, "%s/%s", path, entry[i]->d_name);
        ok &= replay_path(replay, inside);
        free(entry[i]);
    }
    free(entry);
    return ok && count >= 0;
}

static int usage_error(const char *what, const char *value)
{
    fprintf(stderr, "replay: %s%s\n%s", what, value, usage);
    return EXIT_USAGE;
}

/** Read the options. Returns 0, or an exit status. */
static int read_options(int argc, char **argv, struct replay *replay,
                        regex_t *form)
{
    static const struct option options[] = {
        {"model", required_argument, NULL, 'm'},
        {"form", required_argument, NULL, 'f'},
        {"limit", required_argument, NULL, 'l'},
        {"strict", no_argument, NULL, 's'},
        {"verbose", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'm': replay->model = cpu_model_find(optarg); break;
        case 'f':
            if (regcomp(form, optarg, REG_EXTENDED | REG_NOSUB) != 0)
                return usage_error("bad expression ", optarg);
            replay->form = form;
            break;
        case 'l': replay->tally.limit = strtoul(optarg, NULL, 0); break;
        case 's': replay->strict = true; break;
        case 'v': replay->tally.verbose = true; break;
        default: return usage_error("see the usage", "");
        }
        if (!replay->model)
            return usage_error("no such model: ", optarg);
    }
    return optind < argc ? 0 : usage_error("no path given", "");
}

int main(int argc, char **argv)
{
    struct replay replay = {.model = cpu_model_find("pentiumpro"),
                            .tally = {.limit = FAILURES_SHOWN}};
    regex_t form;
    bool ok = true;
    const int status = read_options(argc, argv, &replay, &form);

    if (status != 0)
        return status;
    for (int i = optind; i < argc; i++)
        ok &= replay_path(&replay, argv[i]);
    tally_print(&replay.tally, stdout);
    printf("%lu passed, %lu failed\n", replay.tally.passed,
           replay.tally.failed);
    ok &= replay.tally.failed == 0 && replay.tally.passed > 0;
    if (replay.form)
        regfree(&form);
    tally_release(&replay.tally);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
