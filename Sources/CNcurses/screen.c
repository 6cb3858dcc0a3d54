#define _GNU_SOURCE 1
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1

#include "internal.h"

#include <curses.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { PAIR_COLORS = 9 };

struct weir_screen {
  SCREEN *curses;
  FILE *input;
  FILE *output;
  // Keys are read through a window of their own, since reading from one that shows would draw it.
  WINDOW *keys;
  struct termios modes;
  int colors;
  bool is_xterm;
  bool is_ansi;
  // -1 where not known.
  int cursor_shape;
  // By foreground and background, plus one; 0 where not made yet.
  short pairs[PAIR_COLORS][PAIR_COLORS];
  short pair_count;
  bool has_default_colors;
};

static atomic_bool is_open;

static FILE *duplicate(int descriptor, const char *mode) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  return copy < 0 ? NULL : fdopen(copy, mode);
}

static void set_input_modes(weir_screen *screen) {
  // Raw: ctrl-c and ctrl-z come as keys, so that the kernel does not signal our children as well.
  raw();
  noecho();
  nonl();
  keypad(screen->keys, TRUE);
  nodelay(screen->keys, TRUE);
  set_escdelay(25);
  typeahead(-1);
}

static void set_colors(weir_screen *screen, bool wants_colors) {
  if (wants_colors && has_colors() && start_color() == OK && COLORS >= 8) {
    screen->has_default_colors = use_default_colors() == OK;
    screen->colors = COLORS;
  }
}

static void write_mode(weir_screen *screen, const char *sequence) {
  (void)!write(fileno(screen->output), sequence, strlen(sequence));
}

// Bracketed paste: the terminal marks where pasted text begins and ends, so that it is no keys.
static void mark_pastes(weir_screen *screen, bool is_on) {
  if (screen->is_ansi) {
    write_mode(screen, is_on ? "\033[?2004h" : "\033[?2004l");
  }
}

static void free_screen(weir_screen *screen) {
  if (screen->keys != NULL) delwin(screen->keys);
  if (screen->curses != NULL) delscreen(screen->curses);
  if (screen->input != NULL) fclose(screen->input);
  if (screen->output != NULL) fclose(screen->output);
  free(screen);
}

static weir_screen *make_screen(const char *term, weir_open_options options) {
  weir_screen *screen = calloc(1, sizeof *screen);
  if (screen == NULL) {
    return NULL;
  }
  screen->cursor_shape = -1;
  screen->input = duplicate(options.input, "r");
  screen->output = duplicate(options.output, "w");
  if (screen->input != NULL && screen->output != NULL) {
    screen->curses = newterm(term, screen->output, screen->input);
  }
  if (screen->curses != NULL) {
    screen->keys = newpad(1, 1);
  }
  if (screen->keys == NULL) {
    free_screen(screen);
    return NULL;
  }
  return screen;
}

static weir_open_result take_over(const char *term, weir_open_options options,
                                  const char *restore, weir_screen **result) {
  struct termios modes;
  if (!signals_open() || tcgetattr(options.input, &modes) != 0) {
    return WEIR_OPEN_FAILED;
  }
  // First the way back, then the way in. Also, ncurses installs no handler where there is one.
  signals_install();
  rescue_arm(options, &modes, restore);
  weir_screen *screen = make_screen(term, options);
  if (screen == NULL) {
    weir_restore_terminal();
    signals_remove();
    return WEIR_OPEN_FAILED;
  }
  screen->modes = modes;
  screen->is_xterm = terminfo_is_xterm();
  screen->is_ansi = terminfo_is_ansi();
  error_capture_begin(options.error);
  set_input_modes(screen);
  set_colors(screen, options.wants_colors);
  mark_pastes(screen, true);
  weir_screen_update_size(screen);
  *result = screen;
  return WEIR_OPEN_OK;
}

weir_open_result weir_screen_open(const char *term, weir_open_options options,
                                  weir_screen **screen) {
  *screen = NULL;
  if (!isatty(options.input) || !isatty(options.output)) {
    return WEIR_OPEN_NOT_A_TERMINAL;
  }
  if (atomic_exchange(&is_open, true)) {
    return WEIR_OPEN_BUSY;
  }
  char restore[RESTORE_CAPACITY];
  weir_open_result result = terminfo_check(term, options.output, restore);
  if (result == WEIR_OPEN_OK) {
    result = take_over(term, options, restore, screen);
  }
  if (result != WEIR_OPEN_OK) {
    atomic_store(&is_open, false);
  }
  return result;
}

// Gives the terminal back, for good or for a while.
static void leave(weir_screen *screen) {
  mark_pastes(screen, false);
  // Without an alternate screen, what was drawn would stand around the shell's prompt.
  if (!terminfo_has_alternate_screen()) {
    erase();
    refresh();
  }
  endwin();
  tcsetattr(fileno(screen->input), TCSANOW, &screen->modes);
}

void weir_screen_close(weir_screen *screen) {
  if (rescue_disarm()) {
    leave(screen);
    error_capture_end();
  }
  signals_remove();
  free_screen(screen);
  atomic_store(&is_open, false);
}

int weir_screen_colors(const weir_screen *screen) { return screen->colors; }

int weir_screen_columns(const weir_screen *screen) {
  (void)screen;
  return getmaxx(stdscr);
}

int weir_screen_rows(const weir_screen *screen) {
  (void)screen;
  return getmaxy(stdscr);
}

int weir_screen_wait(weir_screen *screen, int milliseconds, bool watches_input) {
  struct pollfd watched[2] = {
      {.fd = signals_descriptor(), .events = POLLIN},
      {.fd = watches_input ? fileno(screen->input) : -1, .events = POLLIN},
  };
  if (poll(watched, 2, milliseconds) <= 0) {
    return 0;
  }
  int woken = 0;
  if (watched[0].revents != 0) {
    signals_drain();
    woken |= WEIR_WAKE_CALLED;
  }
  if ((watched[1].revents & POLLIN) != 0) {
    woken |= WEIR_WAKE_INPUT;
  }
  if ((watched[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
    woken |= WEIR_WAKE_HANGUP;
  }
  return woken;
}

int weir_screen_pending_input(const weir_screen *screen) {
  int count = 0;
  return ioctl(fileno(screen->input), FIONREAD, &count) == 0 ? count : 0;
}

static int translate(int key) {
  switch (key) {
    case KEY_UP: case KEY_SR: return WEIR_KEY_UP;
    case KEY_DOWN: case KEY_SF: return WEIR_KEY_DOWN;
    case KEY_LEFT: case KEY_SLEFT: return WEIR_KEY_LEFT;
    case KEY_RIGHT: case KEY_SRIGHT: return WEIR_KEY_RIGHT;
    case KEY_HOME: case KEY_A1: case KEY_FIND: return WEIR_KEY_HOME;
    case KEY_END: case KEY_C1: case KEY_SELECT: return WEIR_KEY_END;
    case KEY_PPAGE: case KEY_A3: return WEIR_KEY_PAGE_UP;
    case KEY_NPAGE: case KEY_C3: return WEIR_KEY_PAGE_DOWN;
    case KEY_BACKSPACE: return WEIR_KEY_BACKSPACE;
    case KEY_DC: return WEIR_KEY_DELETE;
    case KEY_ENTER: return WEIR_KEY_ENTER;
    case KEY_BTAB: return WEIR_KEY_BACK_TAB;
    default: break;
  }
  if (key > KEY_F0 && key <= KEY_F(12)) {
    return WEIR_KEY_FUNCTION + (key - KEY_F0);
  }
  return WEIR_KEY_OTHER;
}

int weir_screen_read(weir_screen *screen) {
  for (;;) {
    int key = wgetch(screen->keys);
    if (key == ERR) {
      return WEIR_KEY_NONE;
    }
    if (key < 256) {
      return key;
    }
    // It is put there by our own call that sets the size.
    if (key != KEY_RESIZE) {
      return translate(key);
    }
  }
}

static short pair_of(weir_screen *screen, weir_style style) {
  if (screen->colors == 0 || (style.foreground < 0 && style.background < 0)) {
    return 0;
  }
  int foreground = style.foreground;
  int background = style.background;
  short *slot = &screen->pairs[foreground + 1][background + 1];
  if (*slot == 0) {
    if (!screen->has_default_colors) {
      foreground = foreground < 0 ? COLOR_WHITE : foreground;
      background = background < 0 ? COLOR_BLACK : background;
    }
    // Not alloc_pair: where there are few pairs, it takes one back that we still use.
    short pair = (short)(screen->pair_count + 1);
    if (pair >= COLOR_PAIRS || init_pair(pair, (short)foreground, (short)background) != OK) {
      return 0;
    }
    screen->pair_count = pair;
    *slot = pair;
  }
  return *slot;
}

static attr_t attributes_of(weir_style style) {
  attr_t attributes = A_NORMAL;
  if (style.is_bold) attributes |= A_BOLD;
  if (style.is_dim) attributes |= A_DIM;
  if (style.is_reverse) attributes |= A_REVERSE;
  if (style.is_underlined) attributes |= A_UNDERLINE;
  return attributes;
}

// Marks that only add to the character before them. Left out: joiners, direction marks and
// variation selectors, since terminals differ in what they do to the columns that follow.
static bool is_combining(uint32_t scalar) {
  bool is_format = (scalar >= 0x200B && scalar <= 0x200F) ||
                   (scalar >= 0x202A && scalar <= 0x202E) ||
                   (scalar >= 0x2060 && scalar <= 0x206F) ||
                   (scalar >= 0xFE00 && scalar <= 0xFE0F) || scalar == 0xFEFF ||
                   scalar >= 0xE0000;
  return scalar >= 0x300 && !is_format && wcwidth((wchar_t)scalar) == 0;
}

void weir_screen_put(weir_screen *screen, int row, int column, const uint32_t *scalars, int count,
                     int width, weir_style style) {
  wchar_t text[CCHARW_MAX + 1] = {L' '};
  int length = 1;
  int shown = 1;
  if (count > 0) {
    shown = wcwidth((wchar_t)scalars[0]);
    text[0] = shown >= 1 && shown <= width ? (wchar_t)scalars[0] : L'?';
    shown = text[0] == L'?' ? 1 : shown;
  }
  for (int index = 1; index < count && length < CCHARW_MAX && text[0] != L'?'; index++) {
    if (is_combining(scalars[index])) {
      text[length++] = (wchar_t)scalars[index];
    }
  }
  cchar_t cell;
  attr_t attributes = attributes_of(style);
  short pair = pair_of(screen, style);
  if (setcchar(&cell, text, attributes, pair, NULL) == OK) {
    mvwadd_wchnstr(stdscr, row, column, &cell, 1);
  }
  if (shown < width && setcchar(&cell, L" ", attributes, pair, NULL) == OK) {
    mvwadd_wchnstr(stdscr, row, column + 1, &cell, 1);
  }
}

void weir_screen_erase(weir_screen *screen) {
  (void)screen;
  werase(stdscr);
}

void weir_screen_flush(weir_screen *screen, int cursor_row, int cursor_column) {
  if (!rescue_is_armed()) {
    return;
  }
  int shape = cursor_row < 0 ? 0 : 1;
  leaveok(stdscr, shape == 0);
  if (shape == 1) {
    wmove(stdscr, cursor_row, cursor_column);
  }
  // Synchronized output: the terminal shows the frame as one.
  if (screen->is_xterm) write_mode(screen, "\033[?2026h");
  wnoutrefresh(stdscr);
  doupdate();
  if (shape != screen->cursor_shape) {
    curs_set(shape);
    screen->cursor_shape = shape;
  }
  if (screen->is_xterm) write_mode(screen, "\033[?2026l");
  error_capture_trim();
}

void weir_screen_redraw(weir_screen *screen) {
  // A shell that had the terminal meanwhile has set the mode as it likes.
  if (rescue_is_armed()) mark_pastes(screen, true);
  clearok(curscr, TRUE);
}

bool weir_screen_update_size(weir_screen *screen) {
  struct winsize size;
  if (ioctl(fileno(screen->output), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 ||
      size.ws_col == 0) {
    return false;
  }
  if (size.ws_row == getmaxy(stdscr) && size.ws_col == getmaxx(stdscr)) {
    return false;
  }
  return resizeterm(size.ws_row, size.ws_col) == OK;
}

void weir_screen_suspend(weir_screen *screen) {
  leave(screen);
  signals_stop_process();
  // The next flush takes the screen again; the modes must be ours before a key is read.
  reset_prog_mode();
  screen->cursor_shape = -1;
  weir_screen_redraw(screen);
}
