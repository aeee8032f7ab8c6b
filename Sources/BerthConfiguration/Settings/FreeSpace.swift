import OCI

/// How much of a file system is left to others: a number of bytes, or a share of the whole.
public enum FreeSpace: Sendable, Hashable {
  /// So many bytes, perhaps none.
  case size(ByteSize)
  /// A share of the whole file system, in percent, 0 to 90.
  case percent(Int)

  /// Reads a ``ByteSize`` or a percentage: `10GiB`, `20%`.
  public init(parsing text: some StringProtocol) throws(InvalidValue) {
    guard text.hasSuffix("%") else {
      self = .size(try ByteSize(parsing: text))
      return
    }
    let number = text.dropLast()
    guard number.utf8.allSatisfy(\.isDigit), let percent = Int(number), (0...90).contains(percent) else {
      throw InvalidValue(expected: "a share from 0% to 90%", found: text)
    }
    self = .percent(percent)
  }
}

extension FreeSpace: CustomStringConvertible {
  /// The size or share as ``init(parsing:)`` reads it.
  public var description: String {
    switch self {
    case .size(let size): size.description
    case .percent(let percent): "\(percent)%"
    }
  }
}
