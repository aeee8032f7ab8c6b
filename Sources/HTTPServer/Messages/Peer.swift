package import Certificates
import Synchronization

/// Who is at the other end of a connection, as the socket and TLS tell it.
///
/// One for each connection, handed to its requests. It identifies nobody by itself: what an address or a certificate stands for
/// is for the endpoints' own rules.
package final class Peer: Sendable {
  /// Where a connection comes from, in full; ``ClientKey`` has it as coarsely as sharing wants it.
  package enum Address: Hashable, Sendable {
    /// Also one that came mapped into IPv6 (RFC 4291 §2.5.5.2).
    case ipv4(UInt32)
    case ipv6(UInt128)
    /// A process of this machine, at a Unix-domain socket.
    case unix
    /// The system does not say.
    case unknown
  }

  package let address: Address
  /// Whether nobody on the way can read along.
  package let isOverTLS: Bool
  private let notes = Mutex<(any AnyObject & Sendable)?>(nil)
  private let shown = Mutex<ClientCertificateFacts?>(nil)

  package init(_ address: Address, isOverTLS: Bool) { (self.address, self.isOverTLS) = (address, isOverTLS) }

  /// Nobody in particular.
  package static var unknown: Peer { Peer(.unknown, isOverTLS: false) }

  /// The certificate that the client has shown, issued by an authority that the listener takes; nil without.
  package var certificate: ClientCertificateFacts? {
    get { shown.withLock { $0 } }
    set { shown.withLock { $0 = newValue } }
  }

  /// What endpoints found out about the connection and keep for its next request.
  package var note: (any AnyObject & Sendable)? {
    get { notes.withLock { $0 } }
    set { notes.withLock { $0 = newValue } }
  }
}
