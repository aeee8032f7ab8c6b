import Administration
import OCI
import PullThrough

/// `POST warm {"names", "platforms", "referrers"}` begins to fetch images ahead, `GET warm?job=` tells how far that has
/// come, `POST warm/cancel {"job"}` gives it up.
struct WarmEndpoints: Sendable {
  private static let maxImages = 10_000

  let administration: Administration

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    if request.method == "GET" { return try job(request).progress.json }
    let names = administration.pullThrough.upstreams.names
    let texts = try request.texts("names")
    guard (1...Self.maxImages).contains(texts.count) else {
      throw .invalid("names is a list of 1 to \(Self.maxImages) images")
    }
    let job = administration.warming.warm(
      WarmRequest(
        images: try texts.map { (text) throws(OperationError) in try ImageName(parsing: text, among: names) },
        platforms: try PlatformChoice(parsing: try request.texts("platforms")),
        includesReferrers: try request.flag("referrers")
      )
    )
    return job.progress.json
  }

  func cancel(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    let job = try job(request)
    job.cancel()
    return job.progress.json
  }

  private func job(_ request: AdminRequest) throws(OperationError) -> WarmJob {
    let number = try request.number("job", default: 0, in: 0...Int.max)
    guard let job = administration.warming.job(number) else {
      throw .notHeld("there is no job \(number), or it ended long ago")
    }
    return job
  }
}

extension WarmProgress {
  /// As the answers write it.
  var json: JSONValue {
    ["job": .number(job), "ended": .bool(isEnded), "images": .array(images.map(\.json))]
  }
}

extension WarmProgress.Image {
  fileprivate var json: JSONValue {
    var members: [JSONObject.Member] = [
      .init(name: "name", value: .string("\(name)")),
      .init(name: "state", value: .string(stateName)),
      .init(name: "doneBytes", value: .number(doneBytes)),
      .init(name: "totalBytes", value: .number(totalBytes)),
      .init(name: "fetchedBytes", value: .number(fetchedBytes)),
    ]
    switch state {
    case .failed(let reason): members.append(.init(name: "error", value: .string(reason)))
    case .limited(let until): members.append(.init(name: "until", value: .number(until)))
    case .waiting, .running, .completed: break
    }
    return .object(JSONObject(members))
  }

  private var stateName: String {
    switch state {
    case .waiting: "waiting"
    case .running: "running"
    case .limited: "limited"
    case .completed: "completed"
    case .failed: "failed"
    }
  }
}
