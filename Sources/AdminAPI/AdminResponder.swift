import Administration
import BlockingIO
import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// Answers operators and their tools: health, metrics, and orders. Listens apart from the registry, on loopback by
/// default. docs/operations.md describes the API.
struct AdminResponder: Responder {
  let health: HealthEndpoints
  let metrics: MetricsPage
  let commands: AdminCommands
  let imports: ImportResponder
  let gate: AdminGate
  let lanes: LanePool
  let limits: Limits

  func intake(of target: String, _ method: HTTPMethod) -> BodyIntake {
    imports.takes(target) ? .streamed : .collected(maxBytes: limits.maxAdminBodyBytes)
  }

  func respond(to request: Request) -> Response {
    // Content may take long to arrive, and is waited for by nobody else.
    if imports.takes(request.target) { return .soon { await imports.respond(to: request) } }
    if let reason = gate.misdirection(of: request) { return .now(AdminError.reply(.misdirectedRequest, reason)) }
    switch request.target.prefix(while: { $0 != "?" }) {
    case "/healthz": return reading(request) { .now(health.alive(to: request)) }
    case "/readyz": return reading(request) { .now(health.ready(to: request)) }
    case "/metrics":
      return reading(request) {
        .soon {
          PlainReply.text(await lanes.run { metrics.render() }, type: "text/plain; version=0.0.4; charset=utf-8")
        }
      }
    default: return answerAPI(request)
    }
  }

  private func reading(_ request: Request, _ answer: () -> Response) -> Response {
    guard request.method == .GET || request.method == .HEAD else {
      let reason = "this name is served read-only: only GET and HEAD are answered"
      return .now(AdminError.reply(.methodNotAllowed, reason, extra: [("Allow", "GET, HEAD")]))
    }
    return answer()
  }

  private func answerAPI(_ request: Request) -> Response {
    guard request.target.hasPrefix(AdminRequest.prefix) else {
      return .now(AdminError.reply(.notFound, "there are /healthz, /readyz, /metrics and \(AdminRequest.prefix)…"))
    }
    if let reason = gate.refusal(of: request) { return .now(AdminError.reply(.forbidden, reason)) }
    let order: AdminRequest
    do throws(AdminRequest.Failure) {
      order = try AdminRequest(request, limits: limits)
    } catch {
      return .now(AdminError.reply(.badRequest, error.reason))
    }
    guard let (methods, endpoint) = commands.endpoint(order.path) else {
      return .now(AdminError.reply(.notFound, "the admin API has no \(order.path)"))
    }
    guard methods.contains(request.method.rawValue) else {
      let allowed = methods.joined(separator: ", ")
      return .now(AdminError.reply(.methodNotAllowed, "\(order.path) takes \(allowed)", extra: [("Allow", allowed)]))
    }
    return .later {
      do throws(OperationError) {
        return PlainReply.json(try await endpoint(order))
      } catch {
        return AdminError.reply(to: error)
      }
    }
  }
}
