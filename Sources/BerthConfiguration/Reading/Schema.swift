/// The keys of the file, section by section. `config/berth.yaml` documents each; a test holds it to that.
enum RootKey: String, SectionKey {
  case listen, admin, tls, externalURL, browsers, store, pins, warm, defaultUpstream, upstreams, timeouts
  case prefetch, lazy, downloads, offline, log, clients, access, trustedProxies, metrics
}

enum AccessKey: String, SectionKey {
  case identities, groups, rules
}

enum IdentitiesKey: String, SectionKey {
  case htpasswd, tokens, clientCertificates, jwt
}

enum CertificatesKey: String, SectionKey {
  case authority, identity, denied
}

enum IssuerKey: String, SectionKey {
  case issuer, audience, require, `as`, keys
}

enum RuleKey: String, SectionKey {
  case who, repositories, allow, from
}

enum AdminKey: String, SectionKey {
  case address, tls, hosts, users, readers
}

enum ListenerKey: String, SectionKey {
  case address, tls, hosts, mirror, proxyProtocol
}

enum TLSKey: String, SectionKey {
  case certificate, key
}

enum StoreKey: String, SectionKey {
  case path, capacity, highWater, lowWater, keepFree
}

enum UpstreamKey: String, SectionKey {
  case endpoints, aliases, hosts, credentials, tokenOrigins, trustRoots, clientCertificate, proxy, allowPrivateAddresses
  case maxConcurrentTransfers, prefetch, lazy, tagFreshness, revalidationPatience, maxStale, patience, timeouts
}

enum CredentialKey: String, SectionKey {
  case username, password, passwordFile, dockerConfig, helper, helperLifetime, repositories
}

enum TimeoutKey: String, SectionKey {
  case connect, tls, firstByte, read, document
}

enum DownloadKey: String, SectionKey {
  case maxConcurrent
}

enum ClientsKey: String, SectionKey {
  case maxConnections, requestsPerSecond, bandwidth
}

enum WarmKey: String, SectionKey {
  case images, platforms, referrers, every
}

enum LogKey: String, SectionKey {
  case level, format
}
