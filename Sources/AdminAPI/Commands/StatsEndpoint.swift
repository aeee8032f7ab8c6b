import Administration
import HTTPServer
import OCI
import PullThrough

/// `GET stats`: what is held, and what has been served since the start.
struct StatsEndpoint: Sendable {
  let administration: Administration
  let server: ServerStatus

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let store = administration.reports.store
    let counters = CountersJSON(metrics: administration.pullThrough.metrics)
    let load = administration.pullThrough.downloadLoad
    return [
      "version": .string(server.version),
      "uptimeSeconds": .number(server.uptimeSeconds),
      "store": store.json,
      "pins": .number(try administration.pins.all().count),
      "connections": .number(server.connections.count),
      "downloads": ["running": .number(load.running), "waiting": .number(load.waiting)],
      "counters": counters.total,
      "upstreams": counters.byUpstream,
      "allowances": .array(administration.reports.allowances.map(\.json)),
      "troubles": .array(administration.reports.upstreams.filter(\.isInTrouble).map(\.json)),
    ]
  }
}

extension UpstreamReport {
  /// As the answers write it.
  var json: JSONValue {
    [
      "upstream": .string("\(upstream)"), "limitedSeconds": .optional(limitedSeconds),
      "endpoints": .array(
        endpoints.map { endpoint in
          [
            "endpoint": .string(endpoint.endpoint), "openSeconds": .optional(endpoint.openSeconds),
            "reason": .optional(endpoint.reason),
          ]
        }
      ),
    ]
  }
}

extension AllowanceReport {
  /// As the answers write it.
  var json: JSONValue {
    [
      "upstream": .string("\(upstream)"), "limit": .optional(limit), "remaining": .optional(remaining),
      "restSeconds": .optional(restSeconds),
    ]
  }
}

extension StoreStatus {
  /// As the answers write it.
  var json: JSONValue {
    [
      "bytes": .number(bytes), "contents": .number(contentCount), "indexBytes": .number(indexBytes),
      "capacityBytes": .optional(capacityBytes), "reservedBytes": .number(reservedBytes),
      "pinnedBytes": .number(pinnedBytes), "evictedBytes": .number(evictedBytes),
      "evictedContents": .number(evictedCount), "indexQueue": .number(waitingChangeCount),
    ]
  }
}
