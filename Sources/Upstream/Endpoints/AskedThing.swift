/// What a request is about, as far as its failure says something about others: content by its digest, whichever
/// repository and method it is asked by, or a tag or a list by its path.
struct AskedThing: Hashable, Sendable {
  private let key: String

  init(_ ask: RegistryAsk) { self.init(path: ask.path) }

  /// - Parameter path: what is asked for, below the endpoint's prefix.
  init(path: String) {
    let parts = path.split(separator: "/")
    if let last = parts.last, last.contains(":"), let kind = parts.dropLast().last,
      kind == "blobs" || kind == "manifests"
    {
      key = String(last)
    } else {
      key = path
    }
  }
}
