#include <sys/prctl.h>

// prctl(2) takes a variable number of arguments, which Swift cannot call.
static inline int berth_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
