/// Gathers what is wrong and what is doubtful while a file is read, so that all of it is told at once.
final class Findings {
  private var errors: [Located] = []
  private var doubts: [Located] = []

  private struct Located {
    var location: SourceLocation
    var problem: ConfigurationError.Problem
  }

  /// What makes the file unusable, in the order of the file.
  var problems: [ConfigurationError.Problem] { Self.inOrder(errors) }
  /// What an operator should know but may mean, in the order of the file.
  var warnings: [ConfigurationError.Problem] { Self.inOrder(doubts) }

  func refuse(at location: SourceLocation, path: String, _ message: String) {
    errors.append(Located(location: location, problem: .init(at: location, path: path, message)))
  }

  func warn(at location: SourceLocation, path: String, _ message: String, isDefect: Bool = false) {
    doubts.append(
      Located(location: location, problem: .init(at: location, path: path, message, isDefect: isDefect))
    )
  }

  private static func inOrder(_ found: [Located]) -> [ConfigurationError.Problem] {
    // Several findings at one place keep the order in which they were made.
    found.enumerated()
      .sorted { ($0.element.location, $0.offset) < ($1.element.location, $1.offset) }
      .map(\.element.problem)
  }
}
