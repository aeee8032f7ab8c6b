import Upstream

/// Why an engine cannot be set up as asked.
public enum SetupError: Error, Sendable, Hashable {
  /// The text is no URL of a mirror: `http://` or `https://`, a host, perhaps a port, nothing else.
  case notAMirror(String)
  /// The first listener has no address that a URL could name: a Unix socket, or a port that the system chooses.
  case listenerHasNoURL(String)
  /// No upstream of the configuration has this name or alias.
  case unknownUpstream(String, known: [String])
  /// An upstream whose name engines take for a part of a path on Docker Hub.
  case notAHost(String)
  /// dockerd uses mirrors for Docker Hub alone, and Docker Hub was not asked for.
  case dockerHubLeftOut
  /// A file of the engine's cannot be changed without losing what stands in it.
  case cannotMerge(path: String, reason: String)
}

extension SetupError: CustomStringConvertible {
  /// What is wrong and what to do, in one sentence.
  public var description: String {
    switch self {
    case .notAMirror(let text):
      "'\(text)' is no URL of a mirror: write http://HOST:PORT or https://HOST:PORT, without a path"
    case .listenerHasNoURL(let address):
      "engines cannot be sent to the listener \(address): say where they reach Berth with --mirror URL"
    case .unknownUpstream(let name, let known):
      "there is no upstream '\(name)'; there are: \(Self.listed(known))"
    case .notAHost(let name):
      "engines cannot ask for '\(name)': they take it for a part of a path on Docker Hub, as it has no dot and no port"
    case .dockerHubLeftOut:
      "dockerd uses registry-mirrors for Docker Hub alone, and docker.io is not among the upstreams that were asked for"
    case .cannotMerge(let path, let reason):
      "\(path) was left as it is: \(reason); make the printed settings part of it by hand"
    }
  }

  private static func listed(_ names: [String]) -> String {
    let family = UpstreamSettings.regionalSuffix
    let others = names.filter { !$0.hasSuffix(family) }
    return (others.count < names.count ? others + ["*\(family)"] : others).joined(separator: ", ")
  }
}
