import NIOSSL

/// From when until when a certificate is good (RFC 5280 §4.1.2.5).
public struct CertificateValidity: Sendable, Hashable {
  /// The first second, since 1970.
  public let notBefore: Int64
  /// The last second, since 1970.
  public let notAfter: Int64

  /// How a certificate stands at one time.
  public enum State: Sendable, Hashable {
    /// It is good for longer than ``CertificateValidity/warningDays``.
    case good
    /// It is good, for so many more days, rounded down.
    case endsSoon(days: Int64)
    /// It has been of no use for so many days, rounded down.
    case expired(days: Int64)
    /// It will be good in so many days, rounded up.
    case notYet(days: Int64)
  }

  /// Who renews certificates by themselves does so earlier than this before the end.
  public static let warningDays: Int64 = 14

  /// Of a certificate that was not read: good at any time.
  public static let unknown = CertificateValidity(notBefore: .min, notAfter: .max)

  private static let day: Int64 = 86_400

  init(notBefore: Int64, notAfter: Int64) { (self.notBefore, self.notAfter) = (notBefore, notAfter) }

  /// Good from one second until another, both since 1970.
  public static func from(_ notBefore: Int64, to notAfter: Int64) -> CertificateValidity {
    CertificateValidity(notBefore: notBefore, notAfter: notAfter)
  }

  init(_ certificate: NIOSSLCertificate) {
    self.init(notBefore: Int64(certificate.notValidBefore), notAfter: Int64(certificate.notValidAfter))
  }

  private static func days(from start: Int64, to end: Int64) -> Int64 {
    let (seconds, overflow) = end.subtractingReportingOverflow(start)
    return (overflow ? .max : seconds) / day
  }

  /// The state at a time, in seconds since 1970.
  public func state(at now: Int64) -> State {
    if now < notBefore { return .notYet(days: Self.days(from: now, to: notBefore) + 1) }
    if now > notAfter { return .expired(days: Self.days(from: notAfter, to: now)) }
    let days = Self.days(from: now, to: notAfter)
    return days < Self.warningDays ? .endsSoon(days: days) : .good
  }
}
