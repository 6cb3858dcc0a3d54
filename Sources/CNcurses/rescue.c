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
  struct termios modes;
  char restore[RESTORE_CAPACITY];
  size_t length;
} rescue;

static atomic_bool is_armed;
static atomic_bool has_exit_handler;

static void at_exit(void) { weir_restore_terminal(); }

void rescue_arm(int input, int output, const struct termios *modes, const char *restore) {
  rescue.input = input;
  rescue.output = output;
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

void rescue_run(void) {
  tcsetattr(rescue.input, TCSANOW, &rescue.modes);
  // A line that takes no more holds what nobody will read; a write to it would never return.
  if (!can_write()) {
    tcflush(rescue.output, TCOFLUSH);
    if (!can_write()) {
      return;
    }
  }
  size_t done = 0;
  while (done < rescue.length) {
    ssize_t count = write(rescue.output, rescue.restore + done, rescue.length - done);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;
    }
    done += (size_t)count;
  }
}

void weir_restore_terminal(void) {
  if (!rescue_disarm()) {
    return;
  }
  rescue_run();
  error_capture_end();
}
