// What the files of this target share; not for Swift.
#ifndef CNCURSES_INTERNAL_H
#define CNCURSES_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "CNcurses.h"

enum { RESTORE_CAPACITY = 512 };

// Whether the terminal called `term` is known and can be drawn on. Fills `restore` with what gives
// the terminal back: cursor, colours, keypad, the normal screen. Writes nothing.
weir_open_result terminfo_check(const char *term, int output, char restore[RESTORE_CAPACITY]);
// Whether the terminal speaks xterm's language, so that it ignores private modes it does not know.
bool terminfo_is_xterm(void);
// Whether the terminal reads ANSI's control sequences, so that it ignores a mode such as bracketed
// paste where it does not have it.
bool terminfo_is_ansi(void);

// Whether what was on the screen before comes back by itself.
bool terminfo_has_alternate_screen(void);

// Arms the restoring of the terminal on exit and crash.
void rescue_arm(weir_open_options options, const struct termios *modes, const char *restore);
// Disarms it. Returns whether the terminal still was ours to give back.
bool rescue_disarm(void);
bool rescue_is_armed(void);
// Writes the restore string and sets the modes back; async-signal-safe.
void rescue_run(void);
// Writes a line such as `weir crashed (signal 11)` to the error output; async-signal-safe.
void rescue_say(const char *words, int number);

// Keeps what is written to `descriptor` from now on where it is a terminal.
void error_capture_begin(int descriptor);
// Gives the descriptor back and prints what was kept; async-signal-safe.
void error_capture_end(void);
// Forgets what was kept where it has grown large.
void error_capture_trim(void);

bool signals_open(void);
void signals_install(void);
void signals_remove(void);
// The end of the self-pipe to poll.
int signals_descriptor(void);
void signals_drain(void);
// Stops the process as ctrl-z does; returns when it was continued, or soon if it cannot be stopped.
void signals_stop_process(void);

#endif
