import Access
import ArgumentParser

/// `berth passwd`: a line for a password file.
struct PasswdCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passwd",
    abstract: "Print a line for a password file.",
    discussion: """
      Asks for the password twice on a terminal, without showing it; else takes the first line of standard input. The line goes \
      to standard output: `berth passwd ann >> users.htpasswd`. A user who is there already gets a new line in place of the old \
      one. What Berth serves with reads the file again by itself.
      """
  )

  @Argument(help: "The user: no colon, white space or wildcard.")
  var name: String

  @Flag(name: .long, help: "Make a bcrypt hash, which other programs read too, not a yescrypt one.")
  var bcrypt = false

  func validate() throws {
    guard let subject = Subject.Name(name), subject.isBare else {
      throw ValidationError("\(PasswordLineProblem.invalidName)")
    }
  }

  func run() throws {
    do {
      let hash = try PasswordHash.make(try PasswordEntry.read(), bcrypt ? .bcrypt : .yescrypt)
      print("\(name):\(hash)")
    } catch {
      Terminal.errors.print("berth: \(error)")
      throw ExitCode.failure
    }
  }
}
