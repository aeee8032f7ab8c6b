// See unsynced.h.

#define _GNU_SOURCE
#include "unsynced.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum what { BYTES, MADE, MOVED, REMOVED };

struct change {
  struct change *older;
  enum what what;
  // What must be synced for the change to last.
  dev_t device;
  ino_t inode;
  // The file, or the directory of `name`.
  int file;
  // Of BYTES: what was there before, and the length of the file then.
  char *bytes;
  size_t count;
  off_t offset, length;
  // Of MOVED: where it came from. Of REMOVED: its name in the attic.
  int from;
  char name[256], old[256];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct change *newest;
static int attic = -1;
static unsigned long seed, kept;

// The library's own calls go around those that it stands before.
static int move(int from, const char *old, int to, const char *new_name) {
  return syscall(SYS_renameat, from, old, to, new_name);
}

void unsynced_prepare(const char *path, unsigned long chosen) {
  seed = chosen;
  mkdir(path, 0700);
  attic = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (attic < 0) perror("cannot undo what is not synced");
}

void unsynced_begin(void) { pthread_mutex_lock(&lock); }
void unsynced_end(void) { pthread_mutex_unlock(&lock); }

static struct change *note(enum what what, int file) {
  struct stat status;
  if (fstat(file, &status) != 0) return NULL;
  struct change *change = calloc(1, sizeof *change);
  if (!change) abort();
  change->what = what;
  change->device = status.st_dev;
  change->inode = status.st_ino;
  change->length = status.st_size;
  change->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
  change->from = -1;
  change->older = newest;
  newest = change;
  return change;
}

// Lock files hold nothing that must last; and LMDB's loses its locks when a copy of its descriptor is closed.
static int is_lock(int file) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 1;
  name[length] = 0;
  return strstr(name, "/lock") != NULL;
}

void unsynced_bytes(int file, size_t count, off_t offset) {
  // The index's last page of a commit is written through.
  if (fcntl(file, F_GETFL) & O_DSYNC || is_lock(file)) return;
  struct change *change = note(BYTES, file);
  if (!change || !(change->bytes = malloc(count ? count : 1))) abort();
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  // The descriptor itself may not be for reading.
  int reading = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  ssize_t done = reading < 0 ? -1 : pread(reading, change->bytes, count, offset);
  change->count = done < 0 ? 0 : done;
  change->offset = offset;
  if (reading >= 0) {
    close(change->file);
    change->file = reading;
  }
}

void unsynced_length(int file) {
  struct stat status;
  // All bytes may be cut off.
  if (fstat(file, &status) == 0) unsynced_bytes(file, status.st_size, 0);
}

void unsynced_made(int directory, const char *name) {
  if (faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return;
  struct change *change = note(MADE, directory);
  if (change) snprintf(change->name, sizeof change->name, "%s", name);
}

void unsynced_removed(int directory, const char *name) {
  if (faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0) return;
  struct change *change = note(REMOVED, directory);
  if (!change) return;
  snprintf(change->name, sizeof change->name, "%s", name);
  snprintf(change->old, sizeof change->old, "%lu", ++kept);
  syscall(SYS_linkat, directory, name, attic, change->old, 0);
}

void unsynced_moved(int from, const char *old, int to, const char *new_name) {
  unsynced_removed(to, new_name);
  struct change *change = note(MOVED, to);
  if (!change) return;
  change->from = fcntl(from, F_DUPFD_CLOEXEC, 0);
  snprintf(change->name, sizeof change->name, "%s", new_name);
  snprintf(change->old, sizeof change->old, "%s", old);
}

static void forget(struct change *change) {
  close(change->file);
  if (change->from >= 0) close(change->from);
  free(change->bytes);
  free(change);
}

static void synced(int file, int all) {
  struct stat status;
  if (fstat(file, &status) != 0) return;
  for (struct change **next = &newest; *next;) {
    struct change *change = *next;
    if (change->device == status.st_dev && (all || change->inode == status.st_ino)) {
      *next = change->older;
      forget(change);
    } else {
      next = &change->older;
    }
  }
}

void unsynced_synced(int file) { synced(file, 0); }
void unsynced_all_synced(int file) { synced(file, 1); }

// Whether it has reached the disk all the same: by the seed, the same for all of one file or directory.
static int has_lasted(const struct change *change) {
  if (seed == 0) return 0;
  unsigned long mixed = (change->inode + seed) * 0x9E3779B97F4A7C15UL;
  return mixed >> 63;
}

// Whether an older change of the same bytes is undone, too, and cuts the file where this one would.
static int is_cut_later(const struct change *change) {
  for (const struct change *older = change->older; older; older = older->older) {
    if (older->what == BYTES && older->inode == change->inode && older->device == change->device) return 1;
  }
  return 0;
}

static void undo(const struct change *change) {
  char name[64];
  switch (change->what) {
    case BYTES:
      for (size_t done = 0; done < change->count;) {
        ssize_t count = syscall(
          SYS_pwrite64, change->file, change->bytes + done, change->count - done, change->offset + (off_t)done);
        if (count <= 0) break;
        done += count;
      }
      // Once, since each cut clears the rest of its page, and a client may still be reading that page from its socket.
      if (!is_cut_later(change)) syscall(SYS_ftruncate, change->file, change->length);
      break;
    case MADE:
      snprintf(name, sizeof name, "made-%lu", ++kept);
      move(change->file, change->name, attic, name);
      break;
    case MOVED: move(change->file, change->name, change->from, change->old); break;
    case REMOVED: move(attic, change->old, change->file, change->name); break;
  }
}

void unsynced_undo(void) {
  for (struct change *change = newest; change; change = change->older) {
    if (!has_lasted(change)) undo(change);
  }
}
