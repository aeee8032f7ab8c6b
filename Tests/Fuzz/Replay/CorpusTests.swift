import Foundation
import Testing

/// Each target takes all inputs of its corpus, and some that are near to them. A trap would end the process, so that
/// returning is half of the test. `Tests/run fuzz` looks further, guided by coverage.
@Suite(.timeLimit(.minutes(2))) struct CorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "corpus")
  private static let mutations = 200

  private static func inputs(of target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = corpus.appending(path: target)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      (name, Array(try Data(contentsOf: folder.appending(path: name))))
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func replays(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let inputs = try Self.inputs(of: name)
    #expect(!inputs.isEmpty, "a target needs something to begin with")
    for input in inputs {
      #expect(throws: Never.self, "\(name)/\(input.name)") { try target.run(input.bytes) }
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func takesWhatIsNear(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let inputs = try Self.inputs(of: name).map(\.bytes)
    var mutator = Mutator.announced(name)
    for _ in 0..<Self.mutations {
      let bytes = mutator.mutation(of: inputs)
      #expect(throws: Never.self, "\(bytes)") { try target.run(bytes) }
    }
  }

  @Test func everyCorpusHasATarget() throws {
    let folders = Set(try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path))
    #expect(folders == Set(FuzzTarget.all.map(\.name)))
    #expect(FuzzTarget.all.count == folders.count, "each name once")
  }
}
