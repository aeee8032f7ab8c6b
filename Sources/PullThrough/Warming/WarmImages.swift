import Logging
import OCI
import Store

extension PullThrough {
  /// Begins to fetch images ahead of any client: one after the other, a few blobs at a time, with the lowest priority.
  public func warm(_ request: WarmRequest) -> WarmJob {
    let job = warmJobs.make(request)
    job.run { await self.run(job) }
    return job
  }

  /// An order that is under way, or has ended not long ago.
  public func warmJob(_ number: Int) -> WarmJob? { warmJobs[number] }

  /// Images that are being fetched ahead or wait for it.
  public var warmingImageCount: Int { warmJobs.all.reduce(0) { $0 + $1.openCount } }

  private func run(_ job: WarmJob) async {
    for (index, name) in job.request.images.enumerated() {
      guard !Task.isCancelled else {
        job.update(index) { $0.state = .failed(reason: "cancelled") }
        continue
      }
      job.update(index) { $0.state = .running }
      let outcome = await Result { () async throws(OperationError) in
        let warming = ImageWarming(pullThrough: self, job: job, index: index, name: name)
        try await warming.run()
      }
      switch outcome {
      case .success:
        metrics.warmedImages[.completed].increment()
        job.update(index) { $0.state = .completed }
      case .failure(let error):
        metrics.warmedImages[.failed].increment()
        log.warning("an image could not be fetched ahead", metadata: ["image": "\(name)", "error": "\(error)"])
        job.update(index) { $0.state = .failed(reason: error.description) }
      }
    }
  }
}
