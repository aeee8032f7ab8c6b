import NIOHTTP1

/// Keeps web pages from giving orders through the browser of somebody who can reach the admin listener.
///
/// A page of another site can send requests to any address that its visitor reaches. What it cannot do is add a header
/// of its own without asking first, and nobody answers that question here; and it cannot leave out `Origin`. A page
/// whose name was made to point here (DNS rebinding) may add headers, but its requests carry its own name as `Host`:
/// a listener that only this machine reaches takes none but addresses there.
struct AdminGate: Sendable {
  /// The header that every order carries.
  static let header = "Berth-Admin"

  /// Whether only this machine can connect.
  let isLocal: Bool

  init(_ address: ListeningOptions.Address) {
    switch address {
    case .unix: isLocal = true
    case .tcp(let host, _): isLocal = host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
  }

  /// Why a request is not carried out; nil if it may be.
  func refusal(of request: Request) -> String? {
    guard request.field(Self.header) == "1" else {
      return "the admin API wants the header \(Self.header): 1, which the pages of other sites cannot send"
    }
    guard !request.headers.contains(name: "origin"), !request.headers.contains(name: "sec-fetch-site") else {
      return "the admin API does not answer pages in a browser"
    }
    guard !isLocal || Self.isAddress(request.field("host") ?? "") else {
      return "the admin API listens for this machine alone: ask for it by address, or as localhost"
    }
    return nil
  }

  /// Whether nobody's name server had a say in it: `localhost`, digits and points, something in brackets, or nothing,
  /// as over a Unix socket.
  private static func isAddress(_ authority: String) -> Bool {
    if authority.hasPrefix("[") { return true }
    let host = authority.prefix { $0 != ":" }
    return host.isEmpty || host == "localhost" || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 &- 48 < 10 }
  }
}
