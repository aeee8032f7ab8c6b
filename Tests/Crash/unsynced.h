// What was changed and not synced: remembered, so that it can be undone as if the power had gone.
//
// The hardest disk that there may be: of what was not synced, nothing has reached it, or, with a seed, all of some files and
// directories and nothing of the others. A name lasts when its directory was synced, a file's bytes and length when it was.

#include <sys/types.h>

// Must be called once, before all else. Removed files are kept in `attic`, a directory on the same file system that is made.
void unsynced_prepare(const char *attic, unsigned long seed);

// Between these two, one thread changes the file system, and nobody else notes or undoes anything.
void unsynced_begin(void);
void unsynced_end(void);

// To be called before the change itself. What a change that fails had noted does no harm.
void unsynced_bytes(int file, size_t count, off_t offset);
void unsynced_length(int file);
void unsynced_made(int directory, const char *name);
void unsynced_moved(int from, const char *old, int to, const char *new_name);
void unsynced_removed(int directory, const char *name);

// To be called after a sync that succeeded.
void unsynced_synced(int file);

// The same, of a sync of all that lies on the file system of `file`.
void unsynced_all_synced(int file);

// Undoes what was not synced, newest first. While nobody else runs.
void unsynced_undo(void);
