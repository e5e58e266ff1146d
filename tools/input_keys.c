/* SPDX-License-Identifier: MIT */
#include "tools/input_keys.h"

#include <string.h>

struct key_name {
    const char *name;
    uint8_t usage;
};

/* clang-format off */
static const struct key_name names[] = {
    {"enter", 0x28}, {"escape", 0x29}, {"backspace", 0x2a}, {"tab", 0x2b},
    {"space", 0x2c}, {"capslock", 0x39},
    {"f1", 0x3a}, {"f2", 0x3b}, {"f3", 0x3c}, {"f4", 0x3d}, {"f5", 0x3e},
    {"f6", 0x3f}, {"f7", 0x40}, {"f8", 0x41}, {"f9", 0x42}, {"f10", 0x43},
    {"f11", 0x44}, {"f12", 0x45},
    {"printscreen", 0x46}, {"scrolllock", 0x47}, {"pause", 0x48},
    {"insert", 0x49}, {"home", 0x4a}, {"pageup", 0x4b}, {"delete", 0x4c},
    {"end", 0x4d}, {"pagedown", 0x4e},
    {"right", 0x4f}, {"left", 0x50}, {"down", 0x51}, {"up", 0x52},
    {"numlock", 0x53}, {"kpslash", 0x54}, {"kpstar", 0x55}, {"kpminus", 0x56},
    {"kpplus", 0x57}, {"kpenter", 0x58}, {"kp1", 0x59}, {"kp2", 0x5a},
    {"kp3", 0x5b}, {"kp4", 0x5c}, {"kp5", 0x5d}, {"kp6", 0x5e}, {"kp7", 0x5f},
    {"kp8", 0x60}, {"kp9", 0x61}, {"kp0", 0x62}, {"kpdot", 0x63},
    {"menu", 0x65},
    {"ctrl", 0xe0}, {"shift", KEY_LEFT_SHIFT}, {"alt", 0xe2}, {"gui", 0xe3},
    {"rightctrl", 0xe4}, {"rightshift", 0xe5}, {"rightalt", 0xe6},
    {"rightgui", 0xe7},
};
/* clang-format on */

/* From usage 0x04 on: what a key types, without and with Shift. '\1' is not
 * a character: those keys type none. */
enum { FIRST_TYPING = 0x04 };
static const char plain[] = "abcdefghijklmnopqrstuvwxyz1234567890"
                            "\n\1\b\t -=[]\\\1;'`,./";
static const char shifted[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()"
                              "\1\1\1\1\1_+{}|\1:\"~<>?";

uint8_t input_key_typing(char character, bool *shift)
{
    const char *found = NULL;

    if (character == '\0' || character == '\1')
        return 0;
    found = strchr(plain, character);
    *shift = !found;
    if (found)
        return (uint8_t)(FIRST_TYPING + (found - plain));
    found = strchr(shifted, character);
    return found ? (uint8_t)(FIRST_TYPING + (found - shifted)) : 0;
}

uint8_t input_key_named(const char *name, size_t length)
{
    bool shift = false;
    uint8_t usage;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) == length &&
            memcmp(names[i].name, name, length) == 0)
            return names[i].usage;
    }
    if (length != 1)
        return 0;
    usage = input_key_typing(name[0], &shift);
    return shift ? 0 : usage;
}
