import Logging
import OCI
import PullThrough
import Store

/// Fetches images ahead of any client.
public struct WarmingService: Sendable {
  let pullThrough: PullThrough
  private let jobs = WarmJobs()

  init(_ pullThrough: PullThrough) { self.pullThrough = pullThrough }

  /// Begins to fetch images ahead of any client: one after the other, a few blobs at a time, with the lowest priority.
  public func warm(_ request: WarmRequest) -> WarmJob {
    let job = jobs.make(request)
    job.run { await self.run(job) }
    return job
  }

  /// An order that is under way, or has ended not long ago.
  public func job(_ number: Int) -> WarmJob? { jobs[number] }

  /// Images that are being fetched ahead or wait for it.
  public var openImageCount: Int { jobs.all.reduce(0) { $0 + $1.openCount } }

  /// The orders that have not ended.
  public var open: [WarmProgress] { jobs.all.map(\.progress).filter { !$0.isEnded } }

  private func run(_ job: WarmJob) async {
    for (index, name) in job.request.images.enumerated() {
      guard !Task.isCancelled else {
        job.update(index) { $0.state = .failed(reason: "cancelled") }
        continue
      }
      job.update(index) { $0.state = .running }
      let outcome = await Result { () async throws(OperationError) in
        let warming = ImageWarming(pullThrough: pullThrough, job: job, index: index, name: name)
        try await warming.run()
      }
      switch outcome {
      case .success:
        pullThrough.metrics.warmedImages[.completed].increment()
        job.update(index) { $0.state = .completed }
      case .failure(let error):
        pullThrough.metrics.warmedImages[.failed].increment()
        pullThrough.log.warning(
          "an image could not be fetched ahead",
          metadata: ["image": "\(name)", "error": "\(error)"]
        )
        job.update(index) { $0.state = .failed(reason: error.description) }
      }
    }
  }
}
