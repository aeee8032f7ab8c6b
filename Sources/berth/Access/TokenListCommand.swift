import Access
import ArgumentParser
import BerthConfiguration
import Glibc
import OCI

/// `berth token list`: which there are.
struct TokenListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tokens of a file.")

  @OptionGroup var options: TokenFileOptions

  func run() throws {
    try TokenFileOptions.run {
      let (file, now, output) = (try TokenFile.read(try options.path()), Int64(time(nil)), Terminal.output)
      var table = TextTable([
        .init(title: "TOKEN"), .init(title: "SECRET"), .init(title: "STANDS FOR"), .init(title: "EXPIRES"),
        .init(title: "NOTE", canShrink: true),
      ])
      for record in file.records {
        let entry = record.entry
        let end = entry.expiresAt.map { "\(TimestampText.render($0))\($0 <= now ? " (expired)" : "")" } ?? "never"
        table.add([entry.id, record.secretName, entry.subject.description, end, record.note ?? ""])
      }
      output.print(table.lines(width: output.size?.columns, style: output.style))
    }
  }
}

extension TokenFile.Record {
  /// What tells two secrets of a token apart: the first digits of its hash.
  var secretName: String { String(entry.hash.description.drop { $0 != ":" }.dropFirst().prefix(8)) }
}
