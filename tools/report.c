/* SPDX-License-Identifier: MIT */
#include "tools/report.h"

#include <errno.h>
#include <string.h>

#include "tools/autopsy.h"
#include "tools/inspect.h"

static int guest_status(uint32_t value)
{
    return (int)((value & 0x7f) << 1 | 1);
}

/* The line of --input that was not reached, or 0. */
static unsigned input_line(const struct session *session)
{
    return session->options.input ? input_player_line(&session->player) : 0;
}

/* Exit status of a run that the machine ended. */
static int machine_status(const struct session *session)
{
    const struct machine *machine = session->machine;

    switch (machine->end) {
    case MACHINE_GUEST_EXIT: return guest_status(machine->exit_value);
    case MACHINE_SHUTDOWN: return STATUS_SHUTDOWN;
    case MACHINE_HALTED_DEAD: return STATUS_DEAD_HALT;
    case MACHINE_UNIMPLEMENTED:
    case MACHINE_FINDING: return STATUS_FINDING;
    case MACHINE_STOP_AFTER:
        return session->options.stop_on || input_line(session)
                   ? STATUS_UNFINISHED
                   : STATUS_OK;
    case MACHINE_RUNNING:
    case MACHINE_IDLE:
    case MACHINE_POWER_OFF:
    case MACHINE_RESET:
    case MACHINE_STOP_ON:
    case MACHINE_STOP_AT:
    default: return STATUS_OK;
    }
}

int report_status(const struct session *session)
{
    if (session->check_tlb && check_tlb_places(session->check_tlb) > 0 &&
        session->cause != SESSION_ERROR)
        return STATUS_FINDING;
    switch (session->cause) {
    case SESSION_TIMEOUT: return STATUS_UNFINISHED;
    case SESSION_INTERRUPT: return STATUS_INTERRUPTED;
    case SESSION_ERROR: return session->refusal;
    case SESSION_MACHINE:
        return session_names_unmet(session) &&
                       machine_status(session) == STATUS_OK
                   ? STATUS_FILE
                   : machine_status(session);
    case SESSION_QUIT:
    default: return STATUS_OK;
    }
}

/* "WHAT at 0010:c0100000 start+0x3, tick 123" */
static void tell_place(struct session *session, const char *what)
{
    struct machine *machine = session->machine;
    const struct cpu *cpu = &machine->cpu;
    char text[SYMBOL_PLACE_SIZE];

    (void)symbols_place(session_symbols(session),
                        cpu->segment[CS].base + cpu->eip, text);
    (void)fprintf(stderr, "pagewalk: %s at %04x:%08x%s%s, tick %llu\n", what,
                  cpu->segment[CS].selector, cpu->eip, *text ? " " : "", text,
                  (unsigned long long)clock_now(&machine->clock));
}

static void tell_stop_at(struct session *session)
{
    struct machine *machine = session->machine;
    const struct cpu *cpu = &machine->cpu;
    const struct symbols *symbols = session_symbols(session);
    const struct peek_code code = {
        .from = cpu->trail[(cpu->trail_next - 1) % TRAIL_COUNT],
        .eip = cpu->eip};

    tell_place(session, "--stop-at: stopped");
    peek_show_code(stderr, machine, symbols, &code);
    peek_show_walk(stderr, machine, cpu->segment[CS].base + cpu->eip, "  ");
    peek_show_registers(stderr, machine, symbols);
}

static void tell_machine_end(struct session *session)
{
    struct machine *machine = session->machine;

    switch (machine->end) {
    case MACHINE_SHUTDOWN:
        autopsy_show(stderr, machine, session_symbols(session));
        break;
    case MACHINE_HALTED_DEAD:
        tell_place(session, machine->cpu.eflags & FLAG_IF
                                ? "halted, and no interrupt can come,"
                                : "halted with interrupts off");
        break;
    case MACHINE_UNIMPLEMENTED:
        tell_place(session, "--strict: something that is not modelled");
        break;
    case MACHINE_FINDING: tell_place(session, "--on-finding: stopped"); break;
    case MACHINE_STOP_AT: tell_stop_at(session); break;
    case MACHINE_STOP_AFTER:
        if (session->options.stop_on)
            (void)fprintf(stderr,
                          "pagewalk: --stop-after: '%s' was not printed\n",
                          session->options.stop_on);
        break;
    case MACHINE_RESET:
        (void)fprintf(stderr, "pagewalk: --no-reboot: the guest reset the "
                              "machine\n");
        break;
    case MACHINE_RUNNING:
    case MACHINE_IDLE:
    case MACHINE_POWER_OFF:
    case MACHINE_GUEST_EXIT:
    case MACHINE_STOP_ON:
    default: break;
    }
}

void report_end(struct session *session)
{
    const unsigned line = input_line(session);

    switch (session->cause) {
    case SESSION_MACHINE: tell_machine_end(session); break;
    case SESSION_TIMEOUT:
        tell_place(session, "--timeout: the time is over,");
        break;
    case SESSION_INTERRUPT: tell_place(session, "interrupted"); break;
    case SESSION_ERROR:
        (void)fprintf(stderr, "pagewalk: %s\n", session->error.text);
        break;
    case SESSION_QUIT:
    default: break;
    }
    if (session_names_unmet(session))
        (void)fprintf(stderr,
                      "pagewalk: the guest showed no symbols of its own "
                      "(kallsyms): names in options were never found; see "
                      "--symbols\n");
    else if (session->probes)
        probes_summary(stderr, session->probes);
    if (session->check_tlb)
        check_tlb_summary(stderr, session->check_tlb);
    if (line)
        (void)fprintf(stderr, "pagewalk: %s:%u: not done when the run ended\n",
                      session->input.name, line);
}

static void show_inspection(struct session *session, unsigned number)
{
    struct machine *machine = session->machine;
    const struct symbols *symbols = session_symbols(session);

    switch (session->options.inspections[number].kind) {
    case INSPECT_WALK:
        inspect_walk(stdout, machine, session->marks.walks[number], symbols);
        break;
    case INSPECT_PAGES: inspect_pages(stdout, machine); break;
    case INSPECT_TLB: inspect_tlb(stdout, machine); break;
    case INSPECT_REGISTERS: inspect_registers(stdout, machine, symbols); break;
    case INSPECT_SYMBOLS: symbols_show(stdout, symbols); break;
    default: break;
    }
}

bool report_inspections(struct session *session, struct error *error)
{
    for (unsigned i = 0; i < session->options.inspection_count; i++)
        show_inspection(session, i);
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, "standard output: %s", strerror(errno));
    return true;
}
