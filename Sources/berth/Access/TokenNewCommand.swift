import Access
import ArgumentParser
import BerthConfiguration
import Glibc
import OCI

/// `berth token new`: a secret, shown once.
struct TokenNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a token, or a second secret of one, and print it.",
    discussion: """
      The token goes to standard output, once. Comments in the file are lost when it is written; notes stay. With --print \
      nothing is written: the entry for the file follows the token, for a file that is read-only here or comes from a secret.
      """
  )

  @Argument(help: "The token's name, which stays when its secret changes: letters, digits, '-', '_', '.' and '/'.")
  var id: String

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("The user whom it stands for, instead of token:ID.", valueName: "user")
  )
  var user: String?

  @Option(name: .long, help: "When it ends: a time from now such as 90d, a date such as 2027-01-31, or never.")
  var expires = "365d"

  @Option(name: .long, help: "What it is for.")
  var note: String?

  @Flag(name: .customLong("print"), help: "Print the entry for the file, and write nothing.")
  var printsEntry = false

  @OptionGroup var options: TokenFileOptions

  func validate() throws {
    guard TokenTable.Entry.isID(id) else {
      throw ValidationError("a token's name has letters, digits, '-', '_', '.' and '/'")
    }
    if let user, Subject.Name(user)?.isBare != true {
      throw ValidationError("--for: \(PasswordLineProblem.invalidName)")
    }
    _ = try end(at: 0)
  }

  func run() throws {
    try TokenFileOptions.run {
      var generator = SystemRandomNumberGenerator()
      let token = MachineToken.new(using: &generator)
      guard let subject = Subject.Name(user ?? "token:\(id)") else {
        throw ValidationError("that name cannot be a token's")
      }
      let record = TokenFile.Record(
        entry: .init(id: id, hash: token.hash, subject: subject, expiresAt: try end(at: Int64(time(nil)))),
        note: note
      )
      if printsEntry {
        print(token.secret.reveal())
        print(TokenFile([record]).text, terminator: "")
        return
      }
      let path = try options.path()
      try PrivateFile.change(path) { exists throws(AccessFileError) in
        var file = exists ? try TokenFile.read(path) : TokenFile()
        file.records.append(record)
        // The file as a whole must be one that is read again: a third secret is not.
        try file.check(path: path)
        return file.text
      }
      print(token.secret.reveal())
    }
  }

  /// Seconds since 1970; nil for never.
  private func end(at now: Int64) throws -> Int64? {
    if expires == "never" { return nil }
    if let time = TimestampText.parse(expires) { return time }
    guard let duration = try? DurationText.parse(expires), duration > .zero else {
      throw ValidationError("--expires: expected 90d, a date such as 2027-01-31, or never, found '\(expires)'")
    }
    return now + duration.components.seconds
  }
}
