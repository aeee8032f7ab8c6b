#include <sys/types.h>
#include <sys/uio.h>

// glibc 2.26 and later; <sys/uio.h> shows it only where _GNU_SOURCE is defined, which the compiler's own module is not.
extern ssize_t preadv2(int descriptor, const struct iovec *buffers, int count, off_t offset, int flags);

// RWF_NOWAIT of <linux/fs.h>: EAGAIN instead of waiting for the disk.
enum { BERTH_RWF_NOWAIT = 8 };
