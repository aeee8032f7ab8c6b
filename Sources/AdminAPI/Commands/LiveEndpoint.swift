import HTTPServer
import OCI
import PullThrough

/// `GET live`: what goes on at this instant, for `berth top`.
struct LiveEndpoint: Sendable {
  let pullThrough: PullThrough
  let server: ServerStatus

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let live = pullThrough.live
    return [
      "uptimeSeconds": .number(server.uptimeSeconds),
      "connections": .number(server.connections.count),
      "running": .number(live.runningCount),
      "waiting": .number(live.waitingCount),
      "store": pullThrough.storeStatus.json,
      "counters": CountersJSON(metrics: pullThrough.metrics).total,
      "transfers": .array(live.transfers.map { json($0) }),
      "limits": .array(pullThrough.allowances.map(\.json)),
      "troubles": .array(pullThrough.upstreamReports.filter(\.isInTrouble).map(\.json)),
      "warming": .array(live.warming.map(\.json)),
    ]
  }

  private func json(_ transfer: LiveView.Transfer) -> JSONValue {
    [
      "digest": .string("\(transfer.digest)"),
      "repository": .string("\(transfer.repository)"),
      "receivedBytes": .number(transfer.receivedBytes),
      "totalBytes": .optional(transfer.totalBytes),
      "followers": .number(transfer.followerCount),
      "ageMilliseconds": .number(
        transfer.age.components.seconds * 1_000
          + transfer.age.components.attoseconds / 1_000_000_000_000_000
      ),
    ]
  }
}
