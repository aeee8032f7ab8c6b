import PullThrough

/// Prometheus' text format, version 0.0.4.
struct MetricsText {
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// One series with its value.
  struct Sample {
    var labels: [(name: String, value: String)] = []
    var value: String

    init(_ value: some BinaryInteger, _ labels: (name: String, value: String)...) {
      self.labels = labels
      self.value = "\(value)"
    }

    init(seconds: Double, _ labels: (name: String, value: String)...) {
      self.labels = labels
      self.value = "\(seconds)"
    }
  }

  private(set) var text = ""

  /// One metric with all its series; nothing is written of one without any.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    header(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  /// One metric that is a single number.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
    add(name, kind, help, [Sample(value)])
  }

  /// A histogram with all its series; those that have counted nothing are left out.
  mutating func add(
    histogram name: String,
    _ help: String,
    _ series: [(labels: [(name: String, value: String)], snapshot: Histogram.Snapshot)]
  ) {
    let series = series.filter { $0.snapshot.count > 0 }
    guard !series.isEmpty else { return }
    header(name, .histogram, help)
    for (labels, snapshot) in series {
      for (bound, count) in zip(Histogram.boundsSeconds, snapshot.cumulativeCounts) {
        line("\(name)_bucket", labels + [("le", "\(bound)")], "\(count)")
      }
      line("\(name)_bucket", labels + [("le", "+Inf")], "\(snapshot.count)")
      line("\(name)_sum", labels, "\(snapshot.sumSeconds)")
      line("\(name)_count", labels, "\(snapshot.count)")
    }
  }

  private mutating func header(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(value)\n"
  }

  /// A label's value with what would end it escaped.
  private static func escaped(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == 10 }) else {
      return value
    }
    var escaped = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
