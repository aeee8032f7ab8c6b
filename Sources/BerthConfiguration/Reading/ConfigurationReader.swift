import Access
import OCI
import Upstream

extension Configuration {
  /// Lays what a file says over these defaults. What is wrong is left at its default and told to the context's findings.
  mutating func apply(_ root: YAMLNode, _ context: ReadingContext) {
    guard let section = Field(node: root, path: "", context: context).section(RootKey.self) else { return }
    applyListeners(section)
    applyAdmin(section)
    let proxies = section[.trustedProxies]?.list(of: "networks such as 10.0.0.0/8, or unix") { $0.originPattern() }
    trustedProxies = proxies.map { TrustedProxies($0) } ?? trustedProxies
    externalURL = section[.externalURL]?.origin() ?? externalURL
    browsers = section[.browsers]?.list(of: "origins such as https://ui.example") { $0.origin() } ?? browsers
    applyStore(section[.store]?.section(StoreKey.self))
    let pins = section[.pins]?.list(of: "patterns such as docker.io/library/alpine:*") {
      $0.text(expected: "a pattern")
    }
    self.pins = pins ?? self.pins
    applyUpstreams(section)
    access = section[.access]?.accessSettings(upstreams) ?? access
    checkAdminUsers(section)
    if let downloads = section[.downloads]?.section(DownloadKey.self) {
      limits.maxConcurrentDownloads =
        downloads[.maxConcurrent]?.integer(in: 1...1_024) ?? limits.maxConcurrentDownloads
    }
    if let clients = section[.clients]?.section(ClientsKey.self) {
      limits.maxConnectionsPerClient = clients[.maxConnections]?.integer(in: 1...1_000_000)
      limits.requestsPerSecondPerClient = clients[.requestsPerSecond]?.integer(in: 1...1_000_000)
      clientBandwidth = clients[.bandwidth]?.bandwidth()
    }
    offline = section[.offline]?.boolean() ?? offline
    warm = section[.warm]?.list(of: "groups of images to fetch ahead") { $0.warmSettings() } ?? warm
    if let log = section[.log]?.section(LogKey.self) {
      self.log.level = log[.level]?.choice(of: LogSettings.Level.self) ?? self.log.level
      self.log.format = log[.format]?.choice(of: LogSettings.Format.self) ?? self.log.format
    }
    warnAboutSharedCredentials(section)
  }

  private mutating func applyListeners(_ section: Section<RootKey>) {
    let tls = section[.tls]?.serverIdentity()
    if let listen = section[.listen] {
      listeners = listen.listeners(tls: tls)
    } else {
      listeners = listeners.map { ListenerSettings(address: $0.address, tls: tls) }
    }
  }

  private mutating func applyAdmin(_ section: Section<RootKey>) {
    if let field = section[.admin] {
      (admin, adminUsers) = field.adminListener()
      if let admin, !admin.address.isLocal, adminUsers.isEmpty {
        field.warn(ListenerSettings.warningOfOpenAdmin(at: admin.address))
      }
      if let admin, listeners.contains(where: { $0.address == admin.address }) {
        field.refuse("\(admin.address) is already in 'listen': the admin API needs an address of its own")
      }
    }
    if let field = section[.metrics], let listener = field.operatorListener() {
      metrics = listener
      if listeners.contains(where: { $0.address == listener.address }) || admin?.address == listener.address {
        field.refuse("\(listener.address) is already in 'listen' or 'admin': metrics need an address of their own")
      }
    }
  }

  /// Whom the admin listener knows, the section `access` has to know.
  private func checkAdminUsers(_ section: Section<RootKey>) {
    guard let field = section[.admin], !adminUsers.isEmpty else { return }
    guard case .rules(let rules) = access else {
      if section[.access] == nil {
        field.refuse("users and readers need 'access' with identities: nothing else says who somebody is")
      }
      return
    }
    for case .group(let name) in adminUsers.users + adminUsers.readers where rules.policy.groups[name] == nil {
      field.refuse("there is no group \(quoted(name)): define it under access.groups")
    }
  }

  private mutating func applyStore(_ section: Section<StoreKey>?) {
    guard let section else { return }
    store.path = section[.path]?.path(expected: "a directory such as /var/lib/berth") ?? store.path
    let capacity = section[.capacity]?.value(expected: "a size such as 200GiB or 80%", Capacity.init(parsing:))
    store.capacity = capacity ?? store.capacity
    if case .size(let size)? = capacity, size.bytes < Self.smallestUsefulStore {
      section[.capacity]?.warn("few images are as small as \(size): most are passed through without being kept")
    }
    store.highWater = section[.highWater]?.percentage() ?? store.highWater
    store.lowWater = section[.lowWater]?.percentage() ?? min(store.lowWater, store.highWater)
    if store.lowWater > store.highWater {
      section[.lowWater]?.refuse("\(store.lowWater)% is more than the \(store.highWater)% at which eviction begins")
    }
    store.keepFree =
      section[.keepFree]?.value(expected: "a size such as 10GiB or 10%", FreeSpace.init(parsing:)) ?? store.keepFree
  }

  /// Bytes; base images alone are of some 30 MB.
  private static let smallestUsefulStore: Int64 = 64 << 20

  private mutating func applyUpstreams(_ section: Section<RootKey>) {
    var table = UpstreamTableReader(
      builtIn: upstreams,
      timeouts: section[.timeouts]?.timeouts() ?? [],
      prefetch: section[.prefetch]?.choice(of: Prefetch.self),
      lazy: section[.lazy]?.choice(of: Lazy.self)
    )
    if let field = section[.upstreams] { table.read(field) }
    upstreams = table.upstreams.values.sorted { $0.name < $1.name }
    hosts = table.hosts
    defer { namedUpstreams = table.namedUpstreams.union([defaultUpstream]).sorted() }
    guard let field = section[.defaultUpstream], let name = field.upstreamName() else { return }
    if let canonical = table.canonicalName(name) {
      defaultUpstream = canonical
    } else {
      let nearest = NearestName.of(name.description, among: upstreams.map(\.name.description))
      let hint = nearest.map { "did you mean \($0)?" } ?? "add it under 'upstreams'"
      field.refuse("\(name) is no upstream that is known; \(hint)")
    }
  }

  /// Clients need no password of their own: whoever reaches a listener sees what the credentials may see.
  private func warnAboutSharedCredentials(_ section: Section<RootKey>) {
    if case .rules = access { return }
    guard let upstreamsField = section[.upstreams], listeners.contains(where: { !$0.address.isLocal }) else { return }
    let names = upstreams.filter { !$0.credentials.isEmpty }.map(\.name.description)
    if !names.isEmpty {
      upstreamsField.warn(
        "whoever can reach Berth can pull with the credentials of \(names.joined(separator: ", ")): "
          + "clients are not asked who they are"
      )
    }
  }
}

extension Field {
  /// A share from 1% to 100%.
  fileprivate func percentage() -> Int? {
    value(expected: "a share such as 90%") { text throws(InvalidValue) in
      guard case .percent(let percent) = try? Capacity(parsing: text) else {
        throw InvalidValue(expected: "a share from 1% to 100%", found: text)
      }
      return percent
    }
  }

  /// Bytes a second.
  fileprivate func bandwidth() -> ByteSize? {
    value(expected: "bytes a second such as 50MiB") { text throws(InvalidValue) in
      let size = try ByteSize(parsing: text)
      guard size.bytes >= 1_024 else { throw InvalidValue(expected: "at least 1KiB a second", found: text) }
      return size
    }
  }

  /// One of a few words.
  func choice<Choice: RawRepresentable & CaseIterable>(of type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    let expected = "one of \(words.joined(separator: ", "))"
    return value(expected: expected) { text throws(InvalidValue) in
      if let choice = Choice(rawValue: text) { return choice }
      let meant = words.first { !text.isEmpty && $0.hasPrefix(text.lowercased()) } ?? NearestName.of(text, among: words)
      let hint = meant.map { "; did you mean '\($0)'?" } ?? ""
      throw InvalidValue("expected \(expected), found \(quoted(text))\(hint)")
    }
  }
}
