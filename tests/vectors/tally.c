/* SPDX-License-Identifier: MIT */
#include "tests/vectors/tally.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/** `array` with room for one element more. Ends the program without memory. */
static void *grown(void *array, size_t count, size_t size)
{
    void *bigger = array;

    if ((count & (count + 1)) == 0)
        bigger = realloc(array, (count + 1) * 2 * size);
    if (!bigger) {
        fputs("replay: no memory\n", stderr);
        exit(6);
    }
    return bigger;
}

static char *copied(const char *text)
{
    char *copy = strdup(text);

    if (!copy) {
        fputs("replay: no memory\n", stderr);
        exit(6);
    }
    return copy;
}

void tally_set_form(struct tally *tally, const char *name)
{
    size_t i = tally->current;

    if (i < tally->form_count && strcmp(tally->form[i].name, name) == 0)
        return;
    for (i = 0; i < tally->form_count; i++) {
        if (strcmp(tally->form[i].name, name) == 0) {
            tally->current = i;
            return;
        }
    }
    tally->form = grown(tally->form, i, sizeof *tally->form);
    tally->form[i] = (struct tally_form){.name = copied(name)};
    tally->form_count++;
    tally->current = i;
}

void tally_say(struct tally *tally, const char *format, ...)
{
    const size_t room = sizeof tally->text - tally->text_size;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(tally->text + tally->text_size, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        tally->text_size += (size_t)length < room ? (size_t)length : room - 1;
}

void tally_differ(struct tally *tally, const char *what, uint32_t got,
                  uint32_t want)
{
    tally_say(tally, "    %-8s is %08x, not %08x\n", what, got, want);
}

void tally_end(struct tally *tally, const char *source, unsigned long number,
               const char *line)
{
    struct tally_form *form = &tally->form[tally->current];

    if (tally->text_size == 0) {
        form->passed++;
        tally->passed++;
        return;
    }
    form->failed++;
    tally->failed++;
    if (tally->limit > 0) {
        tally->limit--;
        printf("%s:%lu: %s\n    %s\n%s", source, number, form->name, line,
               tally->text);
    }
    tally->text_size = 0;
    tally->text[0] = '\0';
}

void tally_leave_out(struct tally *tally, const char *reason)
{
    size_t i;

    for (i = 0; i < tally->reason_count; i++) {
        if (strcmp(tally->reason[i].text, reason) == 0) {
            tally->reason[i].count++;
            return;
        }
    }
    tally->reason = grown(tally->reason, i, sizeof *tally->reason);
    tally->reason[i] = (struct tally_reason){copied(reason), 1};
    tally->reason_count++;
}

void tally_print(const struct tally *tally, FILE *out)
{
    for (size_t i = 0; i < tally->form_count; i++) {
        const struct tally_form *form = &tally->form[i];

        if (form->failed || (tally->verbose && form->passed))
            fprintf(out, "%-36s %7lu passed %7lu failed\n", form->name,
                    form->passed, form->failed);
    }
    for (size_t i = 0; i < tally->reason_count; i++)
        fprintf(out, "left out: %7lu  %s\n", tally->reason[i].count,
                tally->reason[i].text);
}

void tally_release(struct tally *tally)
{
    for (size_t i = 0; i < tally->form_count; i++)
        free(tally->form[i].name);
    for (size_t i = 0; i < tally->reason_count; i++)
        free(tally->reason[i].text);
    free(tally->form);
    free(tally->reason);
}
