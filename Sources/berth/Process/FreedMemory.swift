import CMalloc
import Dispatch

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

  /// Looks every few seconds whether a peak is over, and gives back to the system what it has left: what lies below
  /// something that is in use is kept by the library otherwise, for ever.
  static func giveBackWhenIdle() {
    // A queue has a thread of its own, as walking through all heaps takes milliseconds.
    let queue = DispatchQueue(label: "berth.memory", qos: .background)
    let interval = IdleMemory.interval
    @Sendable func look(_ known: IdleMemory) {
      queue.asyncAfter(deadline: .now() + .seconds(interval)) {
        var idle = known
        let info = mallinfo2()
        if idle.sampled(usedBytes: Int(clamping: info.uordblks), freeBytes: Int(clamping: info.fordblks)) {
          _ = malloc_trim(0)
        }
        look(idle)
      }
    }
    look(IdleMemory())
  }
}
