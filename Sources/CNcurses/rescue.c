#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// All of it is static and set before it is armed, so that a signal handler may use it.
static struct {
  int input;
  int output;
  int error;
  struct termios modes;
  char restore[RESTORE_CAPACITY];
  size_t length;
} rescue;

static atomic_bool is_armed;
static atomic_bool has_exit_handler;

static void at_exit(void) { weir_restore_terminal(); }

void rescue_arm(weir_open_options options, const struct termios *modes, const char *restore) {
  rescue.input = options.input;
  rescue.output = options.output;
  rescue.error = options.error;
  rescue.modes = *modes;
  rescue.length = strlen(restore);
  memcpy(rescue.restore, restore, rescue.length + 1);
  atomic_store(&is_armed, true);
  if (!atomic_exchange(&has_exit_handler, true)) {
    atexit(at_exit);
  }
}

bool rescue_disarm(void) { return atomic_exchange(&is_armed, false); }

bool rescue_is_armed(void) { return atomic_load(&is_armed); }

static bool can_write(void) {
  struct pollfd watched = {.fd = rescue.output, .events = POLLOUT};
  return poll(&watched, 1, 100) > 0 && (watched.revents & POLLOUT) != 0;
}

static void write_all(int descriptor, const char *text, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t count = write(descriptor, text + done, length - done);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return;
    }
    done += (size_t)count;
  }
}

void rescue_run(void) {
  tcsetattr(rescue.input, TCSANOW, &rescue.modes);
  // A line that takes no more holds what nobody will read; a write to it would never return.
  if (!can_write()) {
    tcflush(rescue.output, TCOFLUSH);
    if (!can_write()) {
      return;
    }
  }
  write_all(rescue.output, rescue.restore, rescue.length);
}

void rescue_say(const char *words, int number) {
  if (rescue.error < 0) {
    return;
  }
  // Without printf, which a signal handler may not call.
  char line[64];
  size_t length = strlen(words);
  memcpy(line, words, length);
  memcpy(line + length, " (signal ", 9);
  length += 9;
  if (number >= 10) {
    line[length++] = (char)('0' + number / 10 % 10);
  }
  line[length++] = (char)('0' + number % 10);
  line[length++] = ')';
  line[length++] = '\n';
  write_all(rescue.error, line, length);
}

void weir_restore_terminal(void) {
  if (!rescue_disarm()) {
    return;
  }
  rescue_run();
  error_capture_end();
}
