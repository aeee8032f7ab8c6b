// Lets one of a program's calls that change the file system fail, or be the last thing that it does.
//
// Loaded with LD_PRELOAD. Counts the calls that concern files below $FAULT_UNDER, writes the name of each as a line to
// $FAULT_LOG, and at the call number $FAULT_AT does $FAULT_KIND:
//   kill    the process is killed before the call
//   torn    half of a write is done, then the process is killed (other calls: as kill)
//   short   half of a write is done, and told (other calls: nothing)
//   power   the file system below is shut down without writing its log, as if the power had gone, then the process is killed
//   lose    what was changed below and not synced is undone, as if the power had gone, then the process is killed; with a
//           number other than 0 in $FAULT_SEED, some of it has reached the disk all the same
//   NUMBER  the call fails with that errno and does nothing
//   hang    with $FAULT_WHILE: syncs wait until the file is gone
//   blind   with $FAULT_WHILE: what is read fails with EIO, and nothing else does
// In the process's eyes $FAULT_UNWRITTEN bytes wait for the machine's disks, whatever does.
// With $FAULT_FOREVER set, every later call fails, too. With $FAULT_WHILE set, $FAULT_AT does not count: calls fail while a
// file of that name exists.

#define _GNU_SOURCE
#include "standing.h"
#include "unsynced.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// NOTE: the call is made, between unsynced_begin and unsynced_end.
enum deed { PASS, FAIL, HALVE, NOTE };

static atomic_long calls;
static const char *kind, *under, *while_exists;
static long at;
static int log_file = -1, forever, notes;
static char meminfo[PATH_MAX];

__attribute__((constructor)) static void prepare(void) {
  const char *number = getenv("FAULT_AT"), *path = getenv("FAULT_LOG");
  kind = getenv("FAULT_KIND");
  under = getenv("FAULT_UNDER");
  while_exists = getenv("FAULT_WHILE");
  forever = getenv("FAULT_FOREVER") != NULL;
  at = number ? atol(number) : 0;
  notes = kind && strcmp(kind, "lose") == 0;
  if (notes) {
    char attic[PATH_MAX];
    const char *seed = getenv("FAULT_SEED");
    snprintf(attic, sizeof attic, "%s.attic", under);
    unsynced_prepare(attic, seed ? strtoul(seed, NULL, 10) : 0);
  }
  const char *unwritten = getenv("FAULT_UNWRITTEN");
  if (unwritten && path) {
    snprintf(meminfo, sizeof meminfo, "%s.meminfo", path);
    FILE *file = fopen(meminfo, "w");
    if (!file || fprintf(file, "Dirty: %ld kB\nWriteback: 0 kB\n", atol(unwritten) / 1024) < 0 || fclose(file) != 0) abort();
  }
  if (path) log_file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int concerns(int file, const char *path) {
  char link[64], name[PATH_MAX];
  if (!under) return 0;
  if (path && path[0] == '/') return strncmp(path, under, strlen(under)) == 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return strncmp(name, under, strlen(under)) == 0;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// XFS_IOC_GOINGDOWN, which ext4 has as EXT4_IOC_SHUTDOWN; 2 is "without flushing the log".
static void cut_power(void) {
  uint32_t how = 2;
  int directory = open(under, O_RDONLY | O_DIRECTORY);
  if (directory < 0 || ioctl(directory, _IOR('X', 125, uint32_t), &how) != 0) perror("cannot shut the file system down");
}

static enum deed next(const char *call, int file, const char *path, int is_write) {
  int saved = errno;
  if (!concerns(file, path)) {
    errno = saved;
    return PASS;
  }
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (log_file >= 0) dprintf(log_file, "%s\n", call);
  int strikes = while_exists && access(while_exists, F_OK) == 0;
  if (strikes && strcmp(kind, "hang") == 0) {
    if (strstr(call, "sync")) while (access(while_exists, F_OK) == 0) usleep(1000);
    strikes = 0;
  }
  if (strikes && strcmp(kind, "blind") == 0) strikes = 0;
  errno = saved;
  if (strikes) {
    errno = atoi(kind);
    return FAIL;
  }
  if (notes) {
    unsynced_begin();
    if (number != at) return NOTE;
    die_standing(unsynced_undo);
  }
  if (!kind || at == 0 || number < at || (number > at && !forever)) return PASS;
  if (strcmp(kind, "kill") == 0) die();
  if (strcmp(kind, "power") == 0) die_standing(cut_power);
  if (strcmp(kind, "torn") == 0 || strcmp(kind, "short") == 0) {
    if (is_write) return HALVE;
    if (kind[0] == 't') die();
    return PASS;
  }
  errno = atoi(kind);
  return FAIL;
}

static int is_blind(int file) {
  int saved = errno;
  int blind = kind && strcmp(kind, "blind") == 0 && while_exists && access(while_exists, F_OK) == 0 && concerns(file, NULL);
  errno = blind ? EIO : saved;
  return blind;
}

// After a call that was noted; passes its result on.
static ssize_t noted(enum deed deed, ssize_t result) {
  int saved = errno;
  if (deed == NOTE) unsynced_end();
  errno = saved;
  return result;
}

static size_t length_of(const struct iovec *buffers, int count) {
  size_t length = 0;
  for (int index = 0; index < count; index++) length += buffers[index].iov_len;
  return length;
}

#define REAL(name, result, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define PWRITE(name) \
  ssize_t name(int file, const void *bytes, size_t count, off_t offset) { \
    REAL(name, ssize_t, int, const void *, size_t, off_t); \
    enum deed deed = next("pwrite", file, NULL, 1); \
    if (deed == FAIL) return -1; \
    if (deed == NOTE) unsynced_bytes(file, count, offset); \
    ssize_t done = real(file, bytes, deed == HALVE ? count / 2 : count, offset); \
    if (deed == HALVE && kind[0] == 't') die(); \
    return noted(deed, done); \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PREAD(name) \
  ssize_t name(int file, void *bytes, size_t count, off_t offset) { \
    REAL(name, ssize_t, int, void *, size_t, off_t); \
    return is_blind(file) ? -1 : real(file, bytes, count, offset); \
  }
PREAD(pread)
PREAD(pread64)

#define SENDFILE(name) \
  ssize_t name(int socket, int file, off_t *offset, size_t count) { \
    REAL(name, ssize_t, int, int, off_t *, size_t); \
    return is_blind(file) ? -1 : real(socket, file, offset, count); \
  }
SENDFILE(sendfile)
SENDFILE(sendfile64)

// Halved by leaving away the last half of the buffers; a single buffer is halved itself.
#define PWRITEV(name) \
  ssize_t name(int file, const struct iovec *buffers, int count, off_t offset) { \
    REAL(name, ssize_t, int, const struct iovec *, int, off_t); \
    enum deed deed = next("pwritev", file, NULL, 1); \
    if (deed == FAIL) return -1; \
    if (deed == NOTE) unsynced_bytes(file, length_of(buffers, count), offset); \
    if (deed != HALVE) return noted(deed, real(file, buffers, count, offset)); \
    struct iovec half = {buffers[0].iov_base, buffers[0].iov_len / 2}; \
    ssize_t done = count > 1 ? real(file, buffers, count / 2, offset) : real(file, &half, 1, offset); \
    if (kind[0] == 't') die(); \
    return done; \
  }
PWRITEV(pwritev)
PWRITEV(pwritev64)

// LMDB writes neighbouring pages so.
ssize_t writev(int file, const struct iovec *buffers, int count) {
  REAL(writev, ssize_t, int, const struct iovec *, int);
  enum deed deed = next("writev", file, NULL, 1);
  if (deed == FAIL) return -1;
  if (deed == NOTE) unsynced_bytes(file, length_of(buffers, count), lseek(file, 0, SEEK_CUR));
  if (deed != HALVE) return noted(deed, real(file, buffers, count));
  struct iovec half = {buffers[0].iov_base, buffers[0].iov_len / 2};
  ssize_t done = count > 1 ? real(file, buffers, count / 2) : real(file, &half, 1);
  if (kind[0] == 't') die();
  return done;
}

#define SYNC(name, synced) \
  int name(int file) { \
    REAL(name, int, int); \
    enum deed deed = next(#name, file, NULL, 0); \
    if (deed == FAIL) return -1; \
    int result = real(file); \
    if (deed == NOTE && result == 0) synced(file); \
    return noted(deed, result); \
  }
SYNC(fsync, unsynced_synced)
SYNC(fdatasync, unsynced_synced)
SYNC(syncfs, unsynced_all_synced)

#define TRUNCATE(name) \
  int name(int file, off_t length) { \
    REAL(name, int, int, off_t); \
    enum deed deed = next("ftruncate", file, NULL, 0); \
    if (deed == FAIL) return -1; \
    if (deed == NOTE) unsynced_length(file); \
    return noted(deed, real(file, length)); \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

int renameat(int from, const char *old, int to, const char *new) {
  REAL(renameat, int, int, const char *, int, const char *);
  enum deed deed = next("renameat", from, old, 0);
  if (deed == FAIL) return -1;
  if (deed == NOTE) unsynced_moved(from, old, to, new);
  return noted(deed, real(from, old, to, new));
}

int unlinkat(int directory, const char *path, int flags) {
  REAL(unlinkat, int, int, const char *, int);
  enum deed deed = next("unlinkat", directory, path, 0);
  if (deed == FAIL) return -1;
  if (deed == NOTE) unsynced_removed(directory, path);
  return noted(deed, real(directory, path, flags));
}

int mkdirat(int directory, const char *path, mode_t mode) {
  REAL(mkdirat, int, int, const char *, mode_t);
  enum deed deed = next("mkdirat", directory, path, 0);
  if (deed == FAIL) return -1;
  if (deed == NOTE) unsynced_made(directory, path);
  return noted(deed, real(directory, path, mode));
}

// Only what makes files counts.
#define OPENAT(name) \
  int name(int directory, const char *path, int flags, ...) { \
    REAL(name, int, int, const char *, int, ...); \
    mode_t mode = 0; \
    enum deed deed = PASS; \
    if (flags & O_CREAT) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, mode_t); \
      va_end(rest); \
      deed = next("openat", directory, path, 0); \
      if (deed == FAIL) return -1; \
      if (deed == NOTE) unsynced_made(directory, path); \
    } \
    if (meminfo[0] && strcmp(path, "/proc/meminfo") == 0) path = meminfo; \
    return noted(deed, real(directory, path, flags, mode)); \
  }
OPENAT(openat)
OPENAT(openat64)
