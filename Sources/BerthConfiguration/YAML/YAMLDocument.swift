import Yams

/// Reads the one document of a file, strictly: no anchors, aliases, merge keys, tags or second document.
///
/// Anchors are refused, not followed: a configuration has no use for them that a reader would thank us for, and a few
/// nested aliases stand for more nodes than fit any memory.
enum YAMLDocument {
  /// The root of `text`; nil if there is nothing in it, or if it is no YAML, which `findings` then says.
  static func read(_ text: String, findings: Findings) -> YAMLNode? {
    if let location = AliasLimit.excess(in: text) {
      findings.refuse(at: location, path: "", "anchors and aliases (*name) are not taken: write it out")
      return nil
    }
    var source = RepairedSource(text)
    var failure: YamlError?
    // Yams stops at the first mapping with duplicate keys. Each round names one more of them apart.
    while true {
      do {
        // Nodes hold their anchors weakly; the parser owns them.
        let parser = try Parser(yaml: source.text, encoding: .utf8)
        guard let root = try parser.singleRoot() else { return nil }
        return withExtendedLifetime(parser) {
          YAMLConversion(originals: source.originals, findings: findings).node(root, path: "")
        }
      } catch let error as YamlError {
        if case .duplicatedKeysInMapping(_, let context) = error, source.nameApart(keyAt: context.mark) {
          failure = error
        } else {
          // A repair may have broken the text (a key that is no plain word): then the duplicate is what to tell.
          let (location, message) = YAMLSyntaxError.describe(failure ?? error, in: text)
          findings.refuse(at: location, path: "", message)
          return nil
        }
      } catch {
        findings.refuse(at: SourceLocation(line: 1, column: 1), path: "", "cannot be read as YAML: \(error)")
        return nil
      }
    }
  }
}
