import Administration
import HTTPServer
import OCI
import PullThrough

/// `GET live`: what goes on at this instant, for `berth top`.
struct LiveEndpoint: Sendable {
  let administration: Administration
  let server: ServerStatus

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let live = administration.reports.live
    return [
      "uptimeSeconds": .number(server.uptimeSeconds),
      "connections": .number(server.connections.count),
      "running": .number(live.runningCount),
      "waiting": .number(live.waitingCount),
      "store": administration.reports.store.json,
      "counters": CountersJSON(metrics: administration.pullThrough.metrics).total,
      "transfers": .array(live.transfers.map { json($0) }),
      "limits": .array(administration.reports.allowances.map(\.json)),
      "troubles": .array(administration.reports.upstreams.filter(\.isInTrouble).map(\.json)),
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
