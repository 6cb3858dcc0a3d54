// The terminal, through ncurses, behind functions of our own: none of ncurses' names, globals or
// macros reaches Swift. Except where said otherwise, one thread calls them all.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// A terminal that was taken over for drawing. At most one is open at a time.
typedef struct weir_screen weir_screen;

typedef enum weir_open_result {
  WEIR_OPEN_OK = 0,
  // The input or the output is not a terminal.
  WEIR_OPEN_NOT_A_TERMINAL,
  // There is no entry for the terminal's name in the terminfo database.
  WEIR_OPEN_TERM_UNKNOWN,
  // The terminal cannot place its cursor.
  WEIR_OPEN_TERM_DUMB,
  // Another screen is open.
  WEIR_OPEN_BUSY,
  // Descriptors or memory ran out.
  WEIR_OPEN_FAILED,
} weir_open_result;

typedef struct weir_open_options {
  int input;
  int output;
  // The descriptor that stray messages go to: they are kept while the screen is up where it is a
  // terminal, and printed afterwards. -1 to leave it alone.
  int error;
  bool wants_colors;
} weir_open_options;

// Takes the terminal over. Nothing is written to it, and no mode of it changed, unless the result
// is WEIR_OPEN_OK or WEIR_OPEN_FAILED.
weir_open_result weir_screen_open(const char *_Nullable term, weir_open_options options,
                                  weir_screen *_Nullable *_Nonnull screen);

// Gives the terminal back as it was, prints what was kept of the error output and frees the screen.
void weir_screen_close(weir_screen *_Nonnull screen);

// While it is open, SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGCONT and SIGTSTP are told by
// weir_next_signal. A signal that ends the process, a crash's included, first gives the terminal
// back; then the process dies of it within a second, and no handler that was there before runs.

// From any thread, also while another is stuck in a call: gives the terminal back without ncurses.
// Later drawing does nothing. Does nothing where no screen is up.
void weir_restore_terminal(void);

typedef enum weir_locale {
  // The locale's encoding is UTF-8.
  WEIR_LOCALE_UNICODE = 0,
  WEIR_LOCALE_ASCII,
  // The environment names a locale that is not installed and does not look like UTF-8.
  WEIR_LOCALE_MISSING,
} weir_locale;

// Sets the process' character encoding by a locale's name, or by LC_ALL, LC_CTYPE or LANG where
// `name` is empty. Call it before the open.
weir_locale weir_locale_set(const char *_Nonnull name);

// 0 where there are none or they were not wanted.
int weir_screen_colors(const weir_screen *_Nonnull screen);
int weir_screen_columns(const weir_screen *_Nonnull screen);
int weir_screen_rows(const weir_screen *_Nonnull screen);

enum {
  WEIR_WAKE_INPUT = 1,
  // A signal came, or weir_wake was called.
  WEIR_WAKE_CALLED = 2,
  // The terminal is gone; there may be input left.
  WEIR_WAKE_HANGUP = 4,
};

// Waits for input, a signal or weir_wake; at most so many milliseconds, -1 for ever. Returns what
// came as a sum of WEIR_WAKE_ values, 0 for a time-out.
int weir_screen_wait(weir_screen *_Nonnull screen, int milliseconds, bool watches_input);

// From any thread: makes weir_screen_wait return.
void weir_wake(void);

// The next signal that came since the last call, 0 where none did.
int weir_next_signal(void);

enum {
  WEIR_KEY_NONE = -1,
  // Below it: one byte as it was typed.
  WEIR_KEY_UP = 256,
  WEIR_KEY_DOWN,
  WEIR_KEY_LEFT,
  WEIR_KEY_RIGHT,
  WEIR_KEY_HOME,
  WEIR_KEY_END,
  WEIR_KEY_PAGE_UP,
  WEIR_KEY_PAGE_DOWN,
  WEIR_KEY_BACKSPACE,
  WEIR_KEY_DELETE,
  WEIR_KEY_ENTER,
  WEIR_KEY_BACK_TAB,
  // A key that has no meaning here.
  WEIR_KEY_OTHER,
  // F1 is one more.
  WEIR_KEY_FUNCTION = 300,
};

// The next byte or key that is there already.
int weir_screen_read(weir_screen *_Nonnull screen);

// Bytes that wait to be read; 0 after WEIR_WAKE_INPUT means that the terminal is gone.
int weir_screen_pending_input(const weir_screen *_Nonnull screen);

// Colours are 0 to 7, or -1 for the terminal's own.
typedef struct weir_style {
  int8_t foreground;
  int8_t background;
  bool is_bold;
  bool is_dim;
  bool is_reverse;
  bool is_underlined;
} weir_style;

// Puts one character into the next frame. `scalars` are its Unicode scalars, `width` the one or two
// columns that it has to fill; what the terminal would show otherwise is replaced.
void weir_screen_put(weir_screen *_Nonnull screen, int row, int column,
                     const uint32_t *_Nonnull scalars, int count, int width, weir_style style);

// Blanks the next frame.
void weir_screen_erase(weir_screen *_Nonnull screen);

// Shows the frame, with the cursor at a place, or hidden where the row is -1.
void weir_screen_flush(weir_screen *_Nonnull screen, int cursor_row, int cursor_column);

// Draws all of the screen with the next flush, whatever is thought to be there.
void weir_screen_redraw(weir_screen *_Nonnull screen);

// Asks the terminal for its size. Returns whether it is another than before.
bool weir_screen_update_size(weir_screen *_Nonnull screen);

// Gives the terminal back, stops the process as ctrl-z does, and takes the terminal again when it
// continues.
void weir_screen_suspend(weir_screen *_Nonnull screen);

#endif
