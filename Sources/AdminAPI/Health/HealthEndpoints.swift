import Administration
import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// `GET /healthz`: the process lives. `GET /readyz`: it serves as it should, or why it does not.
///
/// Text, or JSON to those who ask for it.
struct HealthEndpoints: Sendable {
  let reports: Reports
  let connections: OpenConnections

  func alive(to request: Request) -> Reply {
    wantsJSON(request) ? PlainReply.json(["status": "ok"]) : PlainReply.text("ok\n", type: Self.textType)
  }

  /// Why no requests should be sent here now; empty when all is well.
  var problems: [ReadinessProblem] {
    var problems = reports.readinessProblems
    if connections.isFull {
      problems.append(.init(part: "connections", reason: "as many clients are connected as may be"))
    }
    if connections.isDraining {
      problems.append(.init(part: "process", reason: "it is shutting down"))
    }
    return problems
  }

  /// What somebody should see to although requests may be sent here.
  private var notes: [ReadinessProblem] {
    guard let problem = reports.accessProblem else { return [] }
    return [ReadinessProblem(part: "access", reason: "\(problem); what was said before stays in force")]
  }

  func ready(to request: Request) -> Reply {
    let problems = problems
    let status: HTTPResponseStatus = problems.isEmpty ? .ok : .serviceUnavailable
    if wantsJSON(request) {
      let reasons: [JSONValue] = (problems + notes).map { ["part": .string($0.part), "reason": .string($0.reason)] }
      return PlainReply.json(
        ["status": problems.isEmpty ? "ready" : "not ready", "reasons": .array(reasons)],
        status: status
      )
    }
    let lines = (problems.isEmpty ? ["ready"] : []) + (problems + notes).map { "\($0.part): \($0.reason)" }
    return PlainReply.text(lines.joined(separator: "\n") + "\n", type: Self.textType, status: status)
  }

  private static let textType = "text/plain; charset=utf-8"

  private func wantsJSON(_ request: Request) -> Bool {
    request.headers[canonicalForm: "accept"].contains { $0.lowercased().hasPrefix("application/json") }
  }
}
