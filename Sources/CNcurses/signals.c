#define _GNU_SOURCE 1

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const int told[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGCONT, SIGTSTP};
// They end the process: first those that mean a bug, then those that someone sends.
static const int fatal[] = {SIGSEGV, SIGBUS,  SIGILL,  SIGTRAP,   SIGFPE,  SIGABRT, SIGSYS, SIGQUIT,
                            SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ};
enum {
  TOLD = sizeof told / sizeof told[0],
  FATAL = sizeof fatal / sizeof fatal[0],
  BUGS = 7,
  // These are ours even where someone handles them already: the Swift runtime's backtracer would
  // hold the terminal and our sockets for half a minute, and survive.
  TAKEN = 8,
  // How long giving the terminal back may take, in microseconds.
  RESCUE_TIME = 500 * 1000,
  // So many requests to end that nobody heeds end the process at once.
  PATIENCE = 3,
};

static struct sigaction old_told[TOLD];
static struct sigaction old_fatal[FATAL];
// Whether we handle the fatal signal; one that is ignored or handled for a purpose stays as it is.
static bool is_ours[FATAL];
static atomic_bool pending[TOLD];
static atomic_int requests_to_end;
// Made once and kept: any thread may wake us at any time, also after the screen was closed.
static int self_pipe[2] = {-1, -1};

// The signal that ends the process; 0 while none does.
static atomic_int ending;

// Dies of a signal, whatever handlers there are.
static _Noreturn void die(int number) {
  struct sigaction by_default = {.sa_handler = SIG_DFL};
  sigaction(number, &by_default, NULL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  raise(number);
  // Process 1 of a container does not die of its own signals.
  _exit(128 + number);
}

static void on_late(int number) {
  (void)number;
  die(atomic_load(&ending));
}

// Sees to it that a terminal that takes nothing does not keep the process alive.
static void limit_time(void) {
  struct sigaction action = {.sa_handler = on_late};
  sigaction(SIGALRM, &action, NULL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  struct itimerval time = {.it_value = {.tv_usec = RESCUE_TIME}};
  setitimer(ITIMER_REAL, &time, NULL);
}

// Gives the terminal back, prints what was kept of the error output and dies.
static _Noreturn void end_process(int number, const char *words) {
  int none = 0;
  if (!atomic_compare_exchange_strong(&ending, &none, number)) {
    // Another thread is at it.
    struct pollfd nothing = {.fd = -1};
    poll(&nothing, 1, 2 * RESCUE_TIME / 1000);
    die(number);
  }
  limit_time();
  weir_restore_terminal();
  if (words != NULL) {
    rescue_say(words, number);
  }
  die(number);
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
      end_process(number, NULL);
    }
  }
  weir_wake();
  errno = saved;
}

static bool is_bug(int number) {
  for (int index = 0; index < BUGS; index++) {
    if (fatal[index] == number) {
      return true;
    }
  }
  return false;
}

static void on_fatal(int number) {
  end_process(number, is_bug(number) ? "weir crashed" : "weir was ended");
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

static void install_fatal(int index) {
  struct sigaction *old = &old_fatal[index];
  sigaction(fatal[index], NULL, old);
  is_ours[index] = index < TAKEN || old->sa_handler == SIG_DFL;
  if (!is_ours[index]) {
    return;
  }
  struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK};
  // Nothing comes between; above all not SIGTTOU, which would stop us in the background.
  sigfillset(&action.sa_mask);
  sigaction(fatal[index], &action, NULL);
}

void signals_install(void) {
  atomic_store(&requests_to_end, 0);
  for (int index = 0; index < TOLD; index++) {
    atomic_store(&pending[index], false);
    install(told[index], on_told, SA_RESTART, &old_told[index]);
  }
  for (int index = 0; index < FATAL; index++) {
    install_fatal(index);
  }
}

void signals_remove(void) {
  for (int index = 0; index < TOLD; index++) {
    sigaction(told[index], &old_told[index], NULL);
  }
  for (int index = 0; index < FATAL; index++) {
    if (is_ours[index]) {
      sigaction(fatal[index], &old_fatal[index], NULL);
    }
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
