#include <sys/prctl.h>
#include <time.h>

// prctl(2) takes a variable number of arguments, which Swift cannot call.
static inline int berth_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// What this thread has computed so far, in nanoseconds. In C, since which module `timespec` belongs to depends on the order
// in which others are loaded.
static inline long long berth_thread_nanoseconds(void) {
  struct timespec time = {0, 0};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (long long)time.tv_sec * 1000000000 + time.tv_nsec;
}
