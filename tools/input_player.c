/* SPDX-License-Identifier: MIT */
#include "tools/input_player.h"

#include "machine/screen_text.h"

/* The step `ahead` of the present one, or NULL behind the end. */
static const struct input_step *step_ahead(const struct input_player *player,
                                           size_t ahead)
{
    return player->step + ahead < player->script->count
               ? &player->script->steps[player->step + ahead]
               : NULL;
}

static const struct input_step *present(const struct input_player *player)
{
    return step_ahead(player, 0);
}

/* From here on the guest's bytes count. */
static void listen(struct input_player *player)
{
    player->heard = false;
    player->serial_watch = (struct text_watch){0};
    player->debug_watch = (struct text_watch){0};
}

/* The present step, `step`, is over. The answer to a key may come before its
 * release, so listening began when it was pressed. */
static void finish(struct input_player *player, const struct input_step *step)
{
    player->step++;
    player->done = 0;
    player->began = clock_now(&player->machine->clock);
    if (step->kind != INPUT_KEYS)
        listen(player);
}

static void come_back(struct input_player *player, uint64_t tick)
{
    clock_schedule(&player->machine->clock, &player->event, tick);
}

static bool on_screen(const struct input_player *player,
                      const struct input_step *step)
{
    struct screen_text screen;

    screen_text_read(&player->machine->board, &screen);
    if ((step->sources & INPUT_FROM_SCREEN) &&
        screen_text_has(&screen, step->text, step->length))
        return true;
    return (step->sources & INPUT_FROM_PROMPT) &&
           screen_text_prompts(&screen, step->text, step->length);
}

/* Each of these returns true once its step is over. */

static bool reached(struct input_player *player, uint64_t tick)
{
    if (clock_now(&player->machine->clock) >= tick)
        return true;
    come_back(player, tick);
    return false;
}

static uint64_t later(const struct input_player *player, uint64_t ticks)
{
    return ticks < CLOCK_NEVER - player->began ? player->began + ticks
                                               : CLOCK_NEVER;
}

static bool look(struct input_player *player, const struct input_step *step)
{
    if (player->heard)
        return true;
    if (!(step->sources & (INPUT_FROM_SCREEN | INPUT_FROM_PROMPT)))
        return false;
    if (on_screen(player, step))
        return true;
    come_back(player, clock_now(&player->machine->clock) + INPUT_SCREEN_TICKS);
    return false;
}

static bool press(struct input_player *player, const struct input_step *step)
{
    const struct input_key *key;

    if (player->done == step->key_count)
        return true;
    key = &step->keys[player->done++];
    if (key->down)
        listen(player);
    board_key(&player->machine->board, key->usage, key->down);
    come_back(player, clock_now(&player->machine->clock) + player->pace);
    return false;
}

static bool send(struct input_player *player, const struct input_step *step)
{
    if (board_serial_in(&player->machine->board,
                        (uint8_t)step->text[player->done]))
        player->done++;
    if (player->done == step->length)
        return true;
    come_back(player, clock_now(&player->machine->clock) + INPUT_BYTE_TICKS);
    return false;
}

static bool play_step(struct input_player *player,
                      const struct input_step *step)
{
    switch (step->kind) {
    case INPUT_AT: return reached(player, step->ticks);
    case INPUT_WAIT: return reached(player, later(player, step->ticks));
    case INPUT_AFTER: return look(player, step);
    case INPUT_PACE: player->pace = step->ticks; return true;
    case INPUT_KEYS: return press(player, step);
    case INPUT_SERIAL: return send(player, step);
    case INPUT_POWER: board_press_power(&player->machine->board); return true;
    case INPUT_STOP:
    default: machine_stop(player->machine, MACHINE_STOP_ON); return true;
    }
}

static void play(void *context)
{
    struct input_player *player = context;
    const struct input_step *step;

    while ((step = present(player)) != NULL && play_step(player, step))
        finish(player, step);
}

void input_player_start(struct input_player *player,
                        const struct input_script *script,
                        struct machine *machine)
{
    *player = (struct input_player){.script = script,
                                    .machine = machine,
                                    .pace = INPUT_PACE_TICKS,
                                    .began = clock_now(&machine->clock),
                                    .event = {.name = "input",
                                              .callback = play,
                                              .context = player,
                                              .when = CLOCK_NEVER}};
    come_back(player, player->began);
}

void input_player_hear(struct input_player *player, enum input_source source,
                       uint8_t byte)
{
    const struct input_step *step = present(player);
    const bool pressing = step && step->kind == INPUT_KEYS;
    struct text_watch *watch = source == INPUT_FROM_SERIAL
                                   ? &player->serial_watch
                                   : &player->debug_watch;

    if (pressing)
        step = step_ahead(player, 1);
    if (!step || step->kind != INPUT_AFTER || !(step->sources & source) ||
        !text_watch_byte(watch, &step->pattern, byte))
        return;
    player->heard = true;
    if (!pressing)
        come_back(player, clock_now(&player->machine->clock));
}

unsigned input_player_line(const struct input_player *player)
{
    const struct input_step *step = present(player);

    return step ? step->line : 0;
}
