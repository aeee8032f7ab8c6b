import ArgumentParser
import BerthConfiguration

/// `berth token …`: the secrets of programs.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make, list and revoke machine tokens.",
    discussion: """
      A token is shown once; the file has its SHA-256. It is a password, with any user name, and a Bearer token. Rules know it \
      as token:ID, unless it stands for a user. Two secrets of one token may count at once: make the second, change the \
      program, revoke the first. A Berth that serves reads the file again by itself.
      """,
    subcommands: [TokenNewCommand.self, TokenListCommand.self, TokenRevokeCommand.self]
  )
}

/// Which file is meant.
struct TokenFileOptions: ParsableArguments {
  @Option(name: .long, help: "The token file.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Option(
    name: .shortAndLong,
    help: "Take the token file from this configuration: access.identities.tokens.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var config: String?

  /// The path.
  func path() throws -> String {
    if let file {
      if config != nil { throw ValidationError("name the file by --file or by --config, not by both") }
      return file
    }
    guard let config else {
      throw ValidationError("name the token file: --file FILE, or --config FILE of a configuration")
    }
    let configuration = try ConfigurationFile.load(config, lookingIntoFiles: false)
    guard case .rules(let rules) = configuration.access, let path = rules.tokens else {
      throw ValidationError("\(config) has no access.identities.tokens")
    }
    return path
  }

  /// Does work on the file; tells what is wrong and ends.
  static func run(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as AccessFileError {
      Terminal.errors.print("berth: \(error)")
      throw ExitCode.failure
    } catch let error as ConfigurationError {
      Terminal.errors.print("\(error)")
      throw ExitCode.failure
    } catch let error as PrivateFile.Failure {
      Terminal.errors.print("berth: \(error)")
      throw ExitCode.failure
    }
  }
}
