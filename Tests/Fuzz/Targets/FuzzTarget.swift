/// Something that takes bytes from outside, and what must hold whatever they are. A trap ends the process; what is promised
/// and does not hold is thrown.
struct FuzzTarget: Sendable {
  /// The name of its folder in `corpus`, and what `BERTH_FUZZ_TARGET` selects it by.
  let name: String
  let run: @Sendable ([UInt8]) throws -> Void

  init(_ name: String, _ run: @escaping @Sendable ([UInt8]) throws -> Void) { (self.name, self.run) = (name, run) }

  /// One that takes text.
  static func text(_ name: String, _ run: @escaping @Sendable (String) throws -> Void) -> FuzzTarget {
    FuzzTarget(name) { try run(String(decoding: $0, as: UTF8.self)) }
  }

  /// One that takes a series of events, each of which says what happens next to a state machine.
  static func events(_ name: String, _ run: @escaping @Sendable (inout EventReader) throws -> Void) -> FuzzTarget {
    FuzzTarget(name) { bytes in
      var events = EventReader(bytes)
      try run(&events)
    }
  }

  /// All of them.
  static let all =
    vocabulary + fields + documents + upstream + requests + configuration + access + archives + records
    + transferMachines + upstreamMachines + answerMachines + waitingMachines
}

/// A promise that was not kept.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String
}

/// Holds a target to what it promises.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  guard holds else { throw BrokenPromise(description: what()) }
}

/// Bytes read as events and their numbers; ends with the bytes.
struct EventReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next number below `bound`; 0 at the end.
  mutating func next(below bound: Int) -> Int { bound <= 0 ? 0 : Int(rest.popFirst() ?? 0) % bound }

  /// A number of two bytes.
  mutating func wide() -> Int64 { Int64(rest.popFirst() ?? 0) << 8 | Int64(rest.popFirst() ?? 0) }

  /// Any number, the extremes among them.
  mutating func any() -> Int64 {
    switch next(below: 8) {
    case 0: .max
    case 1: .min
    case 2: -1
    case 3: 0
    case 4: 1 << 40
    default: wide()
    }
  }
}
