package import OCI

extension ClientKey.Address {
  /// The address as operators write it; nil if it is not known. Of an IPv6 address, the prefix that is known of it.
  package var shown: String? {
    switch self {
    case .ipv4(let bits):
      return stride(from: 24, through: 0, by: -8).map { "\(bits >> UInt32($0) & 0xff)" }.joined(separator: ".")
    case .ipv6Prefix(let bits):
      let groups = stride(from: 48, through: 0, by: -16).map { String(bits >> UInt64($0) & 0xffff, radix: 16) }
      return "\(groups.joined(separator: ":"))::/64"
    case .user(let user): return "user \(user)"
    case .own: return nil
    }
  }
}
