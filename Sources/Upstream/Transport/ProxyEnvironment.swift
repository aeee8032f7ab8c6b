/// Which proxy the environment names for which origin. Pure.
///
/// The variables mean what they mean to Go's programs, and so to docker, podman and containerd: `HTTPS_PROXY` is for
/// `https` URLs, `HTTP_PROXY` for `http`, each in upper case or else in lower case; `NO_PROXY` has what needs none.
struct ProxyEnvironment: Sendable {
  private let https: (name: String, value: String)?
  private let http: (name: String, value: String)?
  private let exceptions: NoProxy

  init(_ environment: ProcessEnvironment) {
    func variable(_ name: String) -> (name: String, value: String)? {
      for name in [name, name.lowercased()] {
        if let value = environment[name] { return (name, value) }
      }
      return nil
    }
    https = variable("HTTPS_PROXY")
    http = variable("HTTP_PROXY")
    exceptions = NoProxy(parsing: variable("NO_PROXY")?.value ?? "")
  }

  /// The proxy for an origin; nil if it is asked directly. This machine itself always is.
  ///
  /// - Throws: `unreachable` if the variable is not a proxy that Berth can use: going around it may be forbidden.
  func proxy(for origin: Origin) throws(UpstreamFailure) -> Proxy? {
    let variable = origin.scheme == .https ? https : http
    guard let variable, !LocalHost.isNamed(by: origin.host), !exceptions.covers(origin) else { return nil }
    guard let proxy = Proxy(parsing: variable.value) else {
      throw .unreachable("the variable \(variable.name) is not a proxy such as http://proxy.example:3128")
    }
    return proxy
  }
}
