import HTTPServer
import NIOHTTP1

/// Keeps web pages from giving orders through the browser of somebody who can reach the admin listener.
///
/// A page of another site can send requests to any address that its visitor reaches. What it cannot do is add a header
/// of its own without asking first, and nobody answers that question here; and it cannot leave out `Origin`. A page
/// whose name was made to point here (DNS rebinding) may add headers, but its requests carry its own name as `Host`:
/// a listener that only this machine reaches takes no such name, whatever is asked for: see ``HostRule``.
struct AdminGate: Sendable {
  /// The header that every order carries.
  static let header = "Berth-Admin"

  /// Whose name a request may carry.
  let hosts: HostRule

  /// Why a request is not even looked at, whatever it asks for; nil if it is.
  func misdirection(of request: Request) -> String? { hosts.refusal(of: request.field("host")) }

  /// Why a request is not carried out; nil if it may be.
  func refusal(of request: Request) -> String? {
    guard request.field(Self.header) == "1" else {
      return "the admin API wants the header \(Self.header): 1, which the pages of other sites cannot send"
    }
    guard !request.headers.contains(name: "origin"), !request.headers.contains(name: "sec-fetch-site") else {
      return "the admin API does not answer pages in a browser"
    }
    return misdirection(of: request)
  }
}
