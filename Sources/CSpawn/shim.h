#include <spawn.h>

// glibc 2.34 and later; <spawn.h> shows it only where _GNU_SOURCE is defined, which the compiler's own module is not.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
