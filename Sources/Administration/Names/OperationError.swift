import OCI
public import PullThrough
import Store

/// Why an operator's order was not carried out; the text says what to do.
public enum OperationError: Error, Sendable, Equatable {
  /// The order itself cannot be understood.
  case invalid(String)
  /// What it is about is not there.
  case notHeld(String)
  /// It would do harm, or there is no room for it.
  case refused(String)
  /// The upstream had to be asked, and that failed.
  case upstream(PullThroughError)
  /// The store failed.
  case storeFailed(reason: String)
}

extension OperationError {
  /// What some work with the store gives; its failure as an operator's.
  static func storing<Value>(_ work: () throws(StoreError) -> Value) throws(OperationError) -> Value {
    do throws(StoreError) {
      return try work()
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}

extension OperationError: CustomStringConvertible {
  /// For the operator.
  public var description: String {
    switch self {
    case .invalid(let reason), .notHeld(let reason), .refused(let reason): reason
    case .upstream(let error): error.operatorText
    case .storeFailed(let reason): "the store failed: \(reason)"
    }
  }
}

/// The beginning of a text from outside, fit for a message.
func excerpt(_ text: some StringProtocol) -> String {
  let shown = text.unicodeScalars.prefix(100).map {
    $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F ? Character($0) : "?"
  }
  return String(shown) + (text.unicodeScalars.count > 100 ? "…" : "")
}

/// Some upstreams for a message: Google's, one for each region, come last.
private func listed(_ names: [UpstreamName]) -> String {
  let texts = names.map(\.description)
  let shown = (texts.filter { !$0.hasSuffix("-docker.pkg.dev") } + texts.filter { $0.hasSuffix("-docker.pkg.dev") })
    .prefix(15)
  return shown.joined(separator: ", ") + (texts.count > shown.count ? " and \(texts.count - shown.count) more" : "")
}

extension PullThroughError {
  /// What is wrong, for an operator.
  public var operatorText: String {
    switch self {
    case .upstreamUnknown(let requested, let known):
      "\(requested) is not a configured upstream; there are \(listed(known)). Another is added under 'upstreams' in the "
        + "configuration"
    case .upstreamsDisagree(let prefix, let namespace): "the path selects \(prefix) but ns says \(namespace)"
    case .nameMissing(let upstream): "no repository is named after \(upstream)"
    case .repositoryUnknown(let repository): "the upstream knows no repository \(repository)"
    case .manifestUnknown(let repository, let reference):
      "the upstream has no \(ImageName(repository: repository, reference: reference))"
    case .blobUnknown(let repository, let digest): "the upstream has no blob \(digest) of \(repository)"
    case .manifestAbsenceUnclear(let repository, let reference):
      "\(repository): 404 for \(reference), though not as registries answer"
    case .listTooLong(let repository, let reason): "\(repository): \(reason)"
    case .denied(let repository, _, let reason): "\(repository): \(reason)"
    case .rateLimited(let upstream, let seconds):
      "\(upstream) limits us" + (seconds.map { ", again in \($0) s" } ?? "")
    case .upstreamFailed(let upstream, let reason, _), .upstreamTimedOut(let upstream, let reason, _):
      "\(upstream): \(reason)"
    case .contentMismatch(let repository, let digest, let reason): "\(repository)@\(digest): \(reason)"
    case .manifestRefused(let repository, let reference, let reason):
      "\(ImageName(repository: repository, reference: reference)): \(reason)"
    case .overloaded(let upstream): "too many downloads from \(upstream) wait already"
    case .busy(.memory): "documents and answers take as much memory as they may; again in a few seconds"
    case .busy(.processors): "an event loop is behind with its work; again in a few seconds"
    case .abandoned(let repository, let digest):
      "the download of \(digest) of \(repository) was given up; nobody followed it"
    case .offline(let repository, _):
      "this Berth is offline and asks no upstream; what it lacks of \(repository) can be brought with berth bundle import"
    case .storeFailed(let reason): "the store failed: \(reason)"
    }
  }
}
