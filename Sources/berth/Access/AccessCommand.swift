import Access
import ArgumentParser
import BerthConfiguration
import OCI
import Upstream

/// `berth access …`: what the rules come to.
struct AccessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "access",
    abstract: "Ask the rules who may do what.",
    subcommands: [AccessExplainCommand.self]
  )
}

/// `berth access explain`: each action, with the rules that allow it.
struct AccessExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what somebody may do with a repository, and by which rules.",
    discussion: """
      Reads the rules of a configuration file; no Berth has to run. Without --from, rules that ask where a request comes from \
      do not count, and are named. Exits with 2 when nothing is allowed.
      """
  )

  @Argument(help: "Who: anonymous, or a name as rules have it, such as ann or ci:acme/app.")
  var user: String

  @Argument(help: "The repository: UPSTREAM/NAME of what is proxied, the plain name of what is hosted.")
  var repository: String

  @Option(name: .long, help: ArgumentHelp("Where the request comes from: an address, or unix.", valueName: "address"))
  var from: String?

  @Option(name: .shortAndLong, help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
  var config: String

  func run() throws {
    let configuration: Configuration
    do throws(ConfigurationError) {
      configuration = try ConfigurationFile.load(config, lookingIntoFiles: false)
    } catch {
      Terminal.errors.print("\(error)")
      throw ExitCode.failure
    }
    switch configuration.access {
    case .unset: print("there is no 'access': everybody may pull, from everywhere")
    case .open: print("access: open: everybody may do everything, from everywhere")
    case .rules(let rules):
      let question = AccessExplanation(
        policy: rules.policy,
        subject: try subject(),
        repository: repository,
        origin: try origin()
      )
      let name = String(repository.prefix { $0 != "/" })
      if let upstream = configuration.upstreams.first(where: { $0.aliases.contains { $0.description == name } }) {
        throw ValidationError("rules have canonical names: write \(upstream.name)\(repository.dropFirst(name.count))")
      }
      Terminal.output.print(question.lines)
      if !question.allowsAnything { throw ExitStatus.notThere }
    }
  }

  private func subject() throws -> Subject {
    if user == "anonymous" { return .anonymous }
    guard let name = Subject.Name(user) else { throw ValidationError("'\(user)' cannot be somebody's name") }
    return .named(name)
  }

  private func origin() throws -> ClientOrigin {
    guard let from else { return .unknown }
    if from == "unix" { return .unix }
    guard let address = NetworkAddress(parsing: from) else {
      throw ValidationError("--from: expected an address such as 10.1.2.3, or unix, found '\(from)'")
    }
    return .address(address)
  }
}
