import Glibc

/// What the system says of this process (proc(5)), under the names that Prometheus' own clients use.
struct ProcessMetrics {
  var residentBytes: Int64 = 0
  var openDescriptors = 0
  var maxDescriptors: UInt64 = 0
  var processorSeconds: Double = 0
  var startSeconds: Double = 0

  /// Looks at /proc; what is not there stays 0. Blocks, but not for long.
  static func now() -> ProcessMetrics {
    var metrics = ProcessMetrics()
    metrics.readStatus()
    metrics.openDescriptors = countEntries("/proc/self/fd")
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      metrics.maxDescriptors = UInt64(limit.rlim_cur)
    }
    return metrics
  }

  private mutating func readStatus() {
    // Behind the name in parentheses, which may hold anything, fields are numbered from 3.
    guard let text = Self.read("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return }
    let fields = text[end...].dropFirst(2).split(separator: " ")
    func number(_ field: Int) -> Double { fields.indices.contains(field - 3) ? Double(fields[field - 3]) ?? 0 : 0 }
    let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    processorSeconds = (number(14) + number(15)) / ticks
    residentBytes = Int64(number(24)) * Int64(max(1, sysconf(Int32(_SC_PAGESIZE))))
    guard let boot = Self.read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }) else {
      return
    }
    startSeconds = (Double(boot.dropFirst(6)) ?? 0) + number(22) / ticks
  }

  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func countEntries(_ path: String) -> Int {
    guard let directory = opendir(path) else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // ".", ".." and the descriptor that this took.
    return max(0, count - 3)
  }
}
