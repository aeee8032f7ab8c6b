import OCI

/// How much the store may hold: a number of bytes, or a share of the file system on which it lies.
public enum Capacity: Sendable, Hashable {
  /// So many bytes.
  case size(ByteSize)
  /// A share of the whole file system, in percent, 1 to 100.
  case percent(Int)

  /// Reads a ``ByteSize`` above zero or a percentage: `200GiB`, `80%`.
  public init(parsing text: some StringProtocol) throws(InvalidValue) {
    if text.hasSuffix("%") {
      let number = text.dropLast()
      guard number.utf8.allSatisfy(\.isDigit), let percent = Int(number), (1...100).contains(percent) else {
        throw InvalidValue(expected: "a share from 1% to 100%", found: text)
      }
      self = .percent(percent)
    } else {
      let size = try ByteSize(parsing: text)
      guard size.bytes > 0 else { throw InvalidValue("a store must hold more than \(quoted(text))") }
      self = .size(size)
    }
  }
}

extension Capacity: CustomStringConvertible {
  /// The capacity as ``init(parsing:)`` reads it.
  public var description: String {
    switch self {
    case .size(let size): size.description
    case .percent(let percent): "\(percent)%"
    }
  }
}
