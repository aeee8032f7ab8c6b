import AdminAPI
import Administration
import ArgumentParser
import BerthConfiguration
import Glibc
import Logging
import OCI
import PullThrough
import Store

/// `berth evict --store`: takes images out of a store that no Berth serves, for one that a running Berth cannot bear.
struct StoreEviction {
  /// The store's directory.
  let path: String
  /// The configuration whose upstreams the names are of; without one, the registries that are built in.
  let configurationFile: String?

  /// - Returns: what the admin listener would answer.
  /// - Throws: an exit status, once it has been told what went wrong.
  func run(_ patterns: [String], isTrial: Bool) async throws -> JSONValue {
    do {
      let configuration =
        try configurationFile.map { try ConfigurationFile.load($0, lookingIntoFiles: false) } ?? .default
      let store = try Store.open(options, log: log)
      do {
        let answer = try await evict(patterns, from: store, configuration, isTrial: isTrial)
        await store.close()
        return answer
      } catch {
        await store.close()
        throw error
      }
    } catch let error as StoreError {
      StandardError.print("berth: \(advice(for: error))")
      throw ExitStatus.failed
    } catch let error as OperationError {
      StandardError.print("berth: \(error)")
      throw ExitStatus.of(error)
    } catch let error as ConfigurationError {
      StandardError.print("\(error)")
      throw ExitStatus.failed
    }
  }

  private var options: StoreOptions {
    var options = StoreOptions(path: path)
    options.mustExist = true
    return options
  }

  private var log: Logger {
    let (levels, limits) = (LogLevelSwitch(.warning), LogLimits())
    return Logger(label: "berth") { label in
      LineLogHandler(
        label: label,
        format: .text,
        limits: limits,
        levelSwitch: levels,
        metadataProvider: nil
      )
    }
  }

  private func evict(
    _ texts: [String],
    from store: Store,
    _ configuration: Configuration,
    isTrial: Bool
  ) async throws(OperationError) -> JSONValue {
    var policy = Policy()
    (policy.isOffline, policy.mayEvictPinned) = (true, true)
    let table = UpstreamTable(
      naming: configuration.upstreams,
      hosts: configuration.hosts,
      defaultUpstream: configuration.defaultUpstream
    )
    let pullThrough = PullThrough(
      store: store,
      upstreams: table,
      policy: policy,
      limits: configuration.limits,
      log: log
    )
    let patterns = try texts.map { (text) throws(OperationError) in try ImagePattern(parsing: text, among: table.names)
    }
    return try await Administration(pullThrough).eviction.evict(matching: patterns, isTrial: isTrial).document(
      isTrial: isTrial
    )
  }

  private func advice(for error: StoreError) -> String {
    switch error {
    case .inUse: "\(error); without --store, `berth evict` asks the Berth that runs"
    default: "\(path): \(error)"
    }
  }
}

extension ExitStatus {
  /// What an operation on a closed store that failed ends a command with, as the same answer of a server would.
  fileprivate static func of(_ error: OperationError) -> ExitCode {
    switch error {
    case .notHeld: notThere
    case .invalid: .validationFailure
    case .refused, .upstream, .storeFailed: failed
    }
  }
}
