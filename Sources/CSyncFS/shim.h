// glibc 2.14 and later; <unistd.h> shows it only where _GNU_SOURCE is defined, which the compiler's own module is not.
extern int syncfs(int descriptor);
