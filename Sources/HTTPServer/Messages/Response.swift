package import NIOHTTP1
package import OCI

/// An answer, or the way to one.
package enum Response: Sendable {
  /// Known at once, on the event loop.
  case now(Reply)
  /// Something must be asked first: the disk, or an upstream. Refused where as many requests wait as may.
  case later(@Sendable () async -> Reply)
  /// Some work of our own comes first, which takes moments: done however many wait.
  case soon(@Sendable () async -> Reply)

  /// The answer itself, waited for if need be.
  package func awaited() async -> Reply {
    switch self {
    case .now(let reply): reply
    case .later(let work), .soon(let work): await work()
    }
  }

  /// The same, to be counted there.
  package func counted(on account: some RequestCounting) -> Response {
    switch self {
    case .now(let reply): .now(reply.counted(on: account))
    case .later(let work): .later { await work().counted(on: account) }
    case .soon(let work): .soon { await work().counted(on: account) }
    }
  }
}

/// Turns requests into answers.
package protocol Responder: Sendable {
  /// What is done with the body of a request to that target, which has one.
  func intake(of target: String, _ method: HTTPMethod) -> BodyIntake

  /// Called on an event loop: must not block.
  func respond(to request: Request) -> Response

  /// A client that waits for an answer has closed its side of the connection, and may have left. Called on an event loop.
  func clientMayHaveLeft(_ client: ClientKey)

  /// The connection of such a client has ended. Called on an event loop.
  func clientHasLeft(_ client: ClientKey)
}

extension Responder {
  /// Where nobody waits for what is short, it does not matter.
  package func clientMayHaveLeft(_ client: ClientKey) {}

  package func clientHasLeft(_ client: ClientKey) {}
}

extension Responder {
  package func intake(of target: String, _ method: HTTPMethod) -> BodyIntake { .none }
}
