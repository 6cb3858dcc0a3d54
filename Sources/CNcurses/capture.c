#define _GNU_SOURCE 1

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  // What is printed at the end, in bytes: the newest part.
  PRINTED = 64 * 1024,
  // What may be kept, in bytes.
  KEPT = 1024 * 1024,
};

static int target = -1;
static int original = -1;
static int store = -1;
static atomic_bool is_capturing;

static int new_store(void) {
#ifdef __linux__
  return memfd_create("weir-stderr", MFD_CLOEXEC);
#else
  FILE *file = tmpfile();
  return file == NULL ? -1 : fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
#endif
}

void error_capture_begin(int descriptor) {
  if (descriptor < 0 || !isatty(descriptor)) {
    return;
  }
  store = new_store();
  original = store < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (original < 0 || fcntl(store, F_SETFL, O_APPEND) != 0 || dup2(store, descriptor) < 0) {
    if (original >= 0) close(original);
    if (store >= 0) close(store);
    return;
  }
  target = descriptor;
  atomic_store(&is_capturing, true);
}

static void print_store(void) {
  off_t end = lseek(store, 0, SEEK_END);
  off_t place = end > PRINTED ? end - PRINTED : 0;
  char buffer[4096];
  while (place < end) {
    ssize_t count = pread(store, buffer, sizeof buffer, place);
    if (count <= 0) {
      return;
    }
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(target, buffer + done, (size_t)(count - done));
      if (written < 0 && errno == EINTR) {
        continue;
      }
      if (written <= 0) {
        return;
      }
      done += written;
    }
    place += count;
  }
}

void error_capture_end(void) {
  if (!atomic_exchange(&is_capturing, false)) {
    return;
  }
  dup2(original, target);
  print_store();
  close(original);
  close(store);
}

void error_capture_trim(void) {
  struct stat status;
  if (atomic_load(&is_capturing) && fstat(store, &status) == 0 && status.st_size > KEPT) {
    (void)!ftruncate(store, 0);
  }
}
