import OCI
import Upstream

/// Reads `upstreams`: what stands under a known name is laid over its built-in values, other names are new registries.
struct UpstreamTableReader {
  /// All upstreams by name, the built-in ones and those of the file.
  private(set) var upstreams: [UpstreamName: UpstreamSettings]
  /// Which upstream a `Host` header stands for.
  private(set) var hosts: [UpstreamName: UpstreamName] = [:]
  private var entries: [Entry] = []

  private struct Entry {
    var name: UpstreamName
    var key: Field
    var section: Section<UpstreamKey>
  }

  /// What the file sets for all upstreams.
  private let forAll: (inout UpstreamSettings) -> Void

  /// Starts from `builtIn` with the timeouts, and with what to fetch ahead and behind parts, that the file sets for all upstreams.
  init(
    builtIn: [UpstreamSettings],
    timeouts: [(timeout: WritableKeyPath<UpstreamTimeouts, Duration>, duration: Duration)],
    prefetch: Prefetch?,
    lazy: Lazy?
  ) {
    forAll = { settings in
      for (timeout, duration) in timeouts { settings.timeouts[keyPath: timeout] = duration }
      settings.prefetch = prefetch ?? settings.prefetch
      settings.lazy = lazy ?? settings.lazy
    }
    upstreams = Dictionary(builtIn.map { ($0.name, $0) }) { first, _ in first }
    for (name, var settings) in upstreams {
      forAll(&settings)
      upstreams[name] = settings
    }
  }

  /// Reads the group `upstreams`.
  mutating func read(_ field: Field) {
    for entry in field.entries(expected: "registry names, each with its keys") ?? [] {
      // A complaint about the name belongs to the key, not to what stands under it.
      let key = Field(
        node: YAMLNode(location: entry.location, content: .scalar(entry.key, isPlain: true)),
        path: field.field(entry).path,
        context: field.context
      )
      guard let name = key.upstreamName() else { continue }
      guard !entries.contains(where: { $0.name == name }) else {
        key.refuse("\(name) stands here a second time: letter case makes no difference in a registry's name")
        continue
      }
      guard let section = field.field(entry).section(UpstreamKey.self) else { continue }
      var settings = upstreams[name] ?? newcomer(name, key, section)
      section.apply(to: &settings)
      upstreams[name] = settings
      entries.append(Entry(name: name, key: key, section: section))
    }
    refuseSharedNames()
    readHosts()
  }

  /// A registry that is not built in; unless the file says otherwise, it is where its name says.
  private func newcomer(_ name: UpstreamName, _ key: Field, _ section: Section<UpstreamKey>) -> UpstreamSettings {
    var settings = UpstreamSettings(impliedBy: name)
    if settings.endpoints.isEmpty, section[.endpoints] == nil {
      key.refuse("lacks endpoints: https://\(name) is no URL")
    }
    forAll(&settings)
    return settings
  }

  /// A name that two upstreams claim would send some clients to the wrong one.
  private mutating func refuseSharedNames() {
    var owners = Dictionary(upstreams.keys.map { ($0, $0) }) { first, _ in first }
    let written = Set(entries.map(\.name))
    for settings in upstreams.values where !written.contains(settings.name) {
      for alias in settings.aliases where owners[alias] == nil || written.contains(alias) {
        if let entry = entries.first(where: { $0.name == alias }) {
          entry.key.refuse("is an alias of the built-in upstream \(settings.name): write \(settings.name) here")
        }
        owners[alias] = settings.name
      }
    }
    for entry in entries {
      for alias in upstreams[entry.name]?.aliases ?? [] {
        if let owner = owners[alias], owner != entry.name {
          let field = entry.section[.aliases]?.elements.first { $0.names(alias) } ?? entry.key
          field.refuse("\(alias) is already a name of \(owner)")
        }
        owners[alias] = entry.name
      }
      upstreams[entry.name]?.aliases.removeAll { $0 == entry.name }
    }
  }

  private mutating func readHosts() {
    for entry in entries {
      _ = entry.section[.hosts]?.list(of: "host names") { field in
        guard let host = field.upstreamName("a host such as quay.mirror.example") else { return }
        if let owner = hosts[host], owner != entry.name {
          field.refuse("\(host) is already a host of \(owner)")
        }
        hosts[host] = entry.name
      }
    }
  }

  /// The upstreams that the file names.
  var namedUpstreams: Set<UpstreamName> { Set(entries.map(\.name)) }

  /// The upstream that a name or an alias stands for.
  func canonicalName(_ name: UpstreamName) -> UpstreamName? {
    if upstreams[name] != nil { return name }
    return upstreams.values.first { $0.aliases.contains(name) }?.name
  }
}

extension UpstreamSettings {
  /// A registry that is where its name says; without endpoints if that is nowhere.
  init(impliedBy name: UpstreamName) {
    self.init(name: name, endpoints: Endpoint(parsing: "https://\(name)").map { [$0] } ?? [])
  }
}

extension Field {
  /// Whether the text, as it stands, means `name`.
  fileprivate func names(_ name: UpstreamName) -> Bool {
    guard case .scalar(let text, _) = node.content else { return false }
    return (try? UpstreamName(parsing: text)) == name
  }
}
