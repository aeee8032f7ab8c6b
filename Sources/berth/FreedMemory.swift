import CMalloc

/// What the C library does with memory that is given back.
enum FreedMemory {
  /// Keeps up to 16 MiB of each of its heaps for the next that asks.
  ///
  /// Left to itself it gives the buffer of every megabyte received back to the kernel, which then clears new pages for
  /// the next: by `perf`, a tenth of what a download costs.
  static func keepForReuse() {
    // Setting one of the two keeps the library from adapting the other; 4 MiB is more than any buffer of a body.
    _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
    _ = mallopt(M_TRIM_THRESHOLD, 16 << 20)
  }
}
