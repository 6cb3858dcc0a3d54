#define _GNU_SOURCE 1

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static const int told[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGCONT, SIGTSTP};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum {
  TOLD = sizeof told / sizeof told[0],
  FATAL = sizeof fatal / sizeof fatal[0],
  // So many requests to end that nobody heeds end the process at once.
  PATIENCE = 3,
};

static struct sigaction old_told[TOLD];
static struct sigaction old_fatal[FATAL];
static atomic_bool pending[TOLD];
static atomic_int requests_to_end;
// Made once and kept: any thread may wake us at any time, also after the screen was closed.
static int self_pipe[2] = {-1, -1};

static void end_process(int number, const struct sigaction *old) {
  weir_restore_terminal();
  sigaction(number, old, NULL);
  // It is blocked while its handler runs, so it is delivered when that returns.
  raise(number);
}

static void on_told(int number) {
  int saved = errno;
  for (int index = 0; index < TOLD; index++) {
    if (told[index] == number) {
      atomic_store(&pending[index], true);
    }
  }
  if (number == SIGINT || number == SIGTERM || number == SIGHUP) {
    if (atomic_fetch_add(&requests_to_end, 1) + 1 >= PATIENCE) {
      struct sigaction by_default = {.sa_handler = SIG_DFL};
      end_process(number, &by_default);
    }
  }
  weir_wake();
  errno = saved;
}

static void on_fatal(int number) {
  for (int index = 0; index < FATAL; index++) {
    if (fatal[index] == number) {
      end_process(number, &old_fatal[index]);
    }
  }
}

bool signals_open(void) {
  if (self_pipe[0] >= 0) {
    return true;
  }
  int ends[2];
  if (pipe(ends) != 0) {
    return false;
  }
  for (int index = 0; index < 2; index++) {
    fcntl(ends[index], F_SETFD, FD_CLOEXEC);
    fcntl(ends[index], F_SETFL, O_NONBLOCK);
  }
  self_pipe[0] = ends[0];
  self_pipe[1] = ends[1];
  return true;
}

static void install(int number, void (*handler)(int), int flags, struct sigaction *old) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, old);
}

void signals_install(void) {
  atomic_store(&requests_to_end, 0);
  for (int index = 0; index < TOLD; index++) {
    atomic_store(&pending[index], false);
    install(told[index], on_told, SA_RESTART, &old_told[index]);
  }
  for (int index = 0; index < FATAL; index++) {
    install(fatal[index], on_fatal, SA_ONSTACK, &old_fatal[index]);
  }
}

void signals_remove(void) {
  for (int index = 0; index < TOLD; index++) {
    sigaction(told[index], &old_told[index], NULL);
  }
  for (int index = 0; index < FATAL; index++) {
    sigaction(fatal[index], &old_fatal[index], NULL);
  }
}

int signals_descriptor(void) { return self_pipe[0]; }

void signals_drain(void) {
  char buffer[64];
  while (read(self_pipe[0], buffer, sizeof buffer) == sizeof buffer) {
  }
}

void weir_wake(void) {
  char byte = 0;
  // A full pipe wakes as well.
  (void)!write(self_pipe[1], &byte, 1);
}

int weir_next_signal(void) {
  for (int index = 0; index < TOLD; index++) {
    if (atomic_exchange(&pending[index], false)) {
      return told[index];
    }
  }
  return 0;
}

static atomic_bool *pending_of(int number) {
  for (int index = 0; index < TOLD; index++) {
    if (told[index] == number) {
      return &pending[index];
    }
  }
  return NULL;
}

void signals_stop_process(void) {
  atomic_bool *continued = pending_of(SIGCONT);
  atomic_store(continued, false);
  struct sigaction ours;
  struct sigaction by_default = {.sa_handler = SIG_DFL};
  sigaction(SIGTSTP, &by_default, &ours);
  // The whole group, so that what started us (make, a pipeline) stops with us.
  kill(0, SIGTSTP);
  // Another thread may be the one that stops us, a moment later; an orphaned group never stops.
  for (int turn = 0; turn < 20 && !atomic_load(continued); turn++) {
    struct pollfd nothing = {.fd = -1};
    poll(&nothing, 1, 10);
  }
  atomic_store(continued, false);
  sigaction(SIGTSTP, &ours, NULL);
}
