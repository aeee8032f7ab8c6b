import OCI
import Upstream

extension Field {
  /// A registry's name, or a host.
  func upstreamName(_ what: String = "a registry name such as quay.io or registry.example:5000") -> UpstreamName? {
    value(expected: what) { text throws(InvalidValue) in
      do throws(OCIError) {
        return try UpstreamName(parsing: text)
      } catch {
        throw InvalidValue(expected: what, found: text)
      }
    }
  }

  /// Where an upstream's content can be had.
  func endpoint() -> Endpoint? {
    let expected = "a URL such as https://registry.example"
    return value(expected: expected) { text throws(InvalidValue) in
      guard let endpoint = Endpoint(parsing: text) else {
        let completed = text.contains("://") ? nil : Endpoint(parsing: "https://\(text)")
        let hint = completed.map { "; did you mean \($0)?" } ?? ""
        throw InvalidValue("expected \(expected), found \(quoted(text))\(hint)")
      }
      guard endpoint.pathPrefix != "/v2", !endpoint.pathPrefix.hasSuffix("/v2") else {
        throw InvalidValue("\(quoted(text)) ends with /v2, which Berth adds itself: leave it out")
      }
      return endpoint
    }
  }

  /// Where a token service is.
  func origin() -> Origin? {
    value(expected: "scheme and host such as https://auth.example, without a path") { text throws(InvalidValue) in
      guard let origin = Origin(parsing: text) else {
        throw InvalidValue(expected: "scheme and host such as https://auth.example, without a path", found: text)
      }
      return origin
    }
  }

  /// Which repositories a credential is for.
  func repositoryPattern() -> RepositoryPattern? {
    let expected = "a pattern for repository names such as acme/* or acme/**"
    return value(expected: expected) { text throws(InvalidValue) in
      guard let pattern = RepositoryPattern(parsing: text) else { throw InvalidValue(expected: expected, found: text) }
      return pattern
    }
  }
}
