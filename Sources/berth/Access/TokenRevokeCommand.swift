import Access
import ArgumentParser
import BerthConfiguration

/// `berth token revoke`: from now on it counts no more.
struct TokenRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take a token, or one of its secrets, out of a file.",
    discussion: "Exits with 2 when there is no such token."
  )

  @Argument(help: "The token's name.")
  var id: String

  @Option(name: .long, help: ArgumentHelp("Only the secret that `berth token list` shows so.", valueName: "digits"))
  var secret: String?

  @OptionGroup var options: TokenFileOptions

  func run() throws {
    try TokenFileOptions.run {
      let path = try options.path()
      var revoked = 0
      try PrivateFile.change(path) { _ throws(AccessFileError) in
        var file = try TokenFile.read(path)
        let count = file.records.count
        file.records.removeAll { $0.entry.id == id && (secret == nil || $0.secretName == secret) }
        revoked = count - file.records.count
        return revoked == 0 ? nil : file.text
      }
      guard revoked > 0 else {
        Terminal.errors.print("berth: \(path) has no token '\(id)'\(secret.map { " with the secret \($0)" } ?? "")")
        throw ExitStatus.notThere
      }
      print("revoked \(revoked) secret\(revoked == 1 ? "" : "s") of \(id)")
    }
  }
}
