#define _GNU_SOURCE 1

#include "internal.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

// Appends a capability without its padding, such as `$<5/>`, which only teletypes need.
static void append(char *restore, const char *capability) {
  char name[8];
  snprintf(name, sizeof name, "%s", capability);
  const char *text = tigetstr(name);
  if (text == NULL || text == (const char *)-1) {
    return;
  }
  size_t length = strlen(restore);
  while (*text != '\0' && length + 1 < RESTORE_CAPACITY) {
    if (text[0] == '$' && text[1] == '<' && strchr(text, '>') != NULL) {
      text = strchr(text, '>') + 1;
      continue;
    }
    restore[length++] = *text++;
  }
  restore[length] = '\0';
}

static bool has(const char *capability) {
  char name[8];
  snprintf(name, sizeof name, "%s", capability);
  const char *text = tigetstr(name);
  return text != NULL && text != (const char *)-1;
}

weir_open_result terminfo_check(const char *term, int output, char restore[RESTORE_CAPACITY]) {
  if (term == NULL || *term == '\0') {
    return WEIR_OPEN_TERM_UNKNOWN;
  }
  int status = 0;
  if (setupterm(term, output, &status) != OK) {
    return status == 1 ? WEIR_OPEN_TERM_DUMB : WEIR_OPEN_TERM_UNKNOWN;
  }
  weir_open_result result = has("cup") && has("clear") ? WEIR_OPEN_OK : WEIR_OPEN_TERM_DUMB;
  restore[0] = '\0';
  if (terminfo_is_xterm()) {
    strcat(restore, "\033[?2026l");
  }
  if (terminfo_is_ansi()) {
    strcat(restore, "\033[?2004l");
  }
  append(restore, "sgr0");
  append(restore, "op");
  append(restore, "rmkx");
  append(restore, "cnorm");
  append(restore, "rmcup");
  del_curterm(cur_term);
  return result;
}

bool terminfo_is_xterm(void) {
  char name[] = "XT";
  return tigetflag(name) > 0;
}

bool terminfo_has_alternate_screen(void) { return has("rmcup"); }

bool terminfo_is_ansi(void) {
  char name[] = "cup";
  const char *text = tigetstr(name);
  return text != NULL && text != (const char *)-1 && strncmp(text, "\033[", 2) == 0;
}
