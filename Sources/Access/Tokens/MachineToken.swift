public import OCI

/// A secret for a program: `berth_`, 26 characters of chance, and 6 that tell a mistyped or invented one without a look-up, and let
/// scanners find those that leak.
///
/// 130 bits of chance need no slow hash: what is stored is its SHA-256.
public struct MachineToken: Sendable {
  /// What each begins with.
  public static let prefix = "berth_"
  private static let (chanceCount, checkCount) = (26, 6)
  /// Crockford's, in lower case: no letter is taken for a digit.
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// The whole token, to be shown once.
  public let secret: Secret

  /// A new one.
  public static func new(using generator: inout some RandomNumberGenerator) -> MachineToken {
    let chance = (0..<chanceCount).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
    return MachineToken(secret: Secret(prefix + String(decoding: chance + check(of: chance), as: UTF8.self)))
  }

  private init(secret: Secret) { self.secret = secret }

  /// Reads one that somebody shows; nil for anything that Berth never gave out.
  public init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard text.hasPrefix(Self.prefix), bytes.count == Self.prefix.utf8.count + Self.chanceCount + Self.checkCount else {
      return nil
    }
    let chance = Array(bytes.dropFirst(Self.prefix.utf8.count).prefix(Self.chanceCount))
    guard chance.allSatisfy(Self.alphabet.contains), Self.check(of: chance) == Array(bytes.suffix(Self.checkCount))
    else {
      return nil
    }
    secret = Secret(text)
  }

  /// What is stored of it.
  public var hash: Digest { Digest.of(Array(secret.reveal().utf8)) }

  /// Five bits of the SHA-256 for each character.
  private static func check(of chance: [UInt8]) -> [UInt8] {
    Digest.of(chance).bytes.prefix(checkCount).map { alphabet[Int($0 & 31)] }
  }
}
