/// How an upstream is reached.
public enum ProxySetting: Sendable, Hashable {
  /// As `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in Berth's environment say.
  case environment
  /// Without a proxy, whatever the environment says.
  case direct
  /// Through this proxy, all of it: the registry, its token service, and what it redirects to.
  case proxy(Proxy)
}
