import OCI
import Testing

@testable import Administration

/// Indexes of indexes are walked to their end, in order, once, and no further than is of any use.
@Suite struct ManifestWalkTests {
  private func digest(_ number: Int) -> Digest { .of(Array("\(number)".utf8)) }

  private func index(_ children: [Int], platform: String? = nil) throws -> Manifest {
    let platform = platform.map { #","platform":{"os":"linux","architecture":"\#($0)"}"# } ?? ""
    let type = "application/vnd.oci.image.index.v1+json"
    let listed = children.map { #"{"mediaType":"\#(type)","digest":"\#(digest($0))","size":7\#(platform)}"# }
    let text = #"{"schemaVersion":2,"mediaType":"\#(type)","manifests":[\#(listed.joined(separator: ","))]}"#
    return try Array(text.utf8).withUnsafeBytes { try Manifest.parse($0, declared: nil, limits: Limits()) }
  }

  private func next(_ walk: inout ManifestWalk) throws -> ManifestWalk.Step {
    let step = walk.next()
    return try #require(step)
  }

  /// The digests that a walk gives out, when each has those children.
  private func walk(_ children: [Int: [Int]], from root: Int = 0) throws -> (order: [Int], isCut: Bool) {
    let numbers = Dictionary(uniqueKeysWithValues: (0..<100).map { (digest($0), $0) })
    var walk = ManifestWalk(from: digest(root))
    var order: [Int] = []
    while let step = walk.next() {
      let number = try #require(numbers[step.digest])
      order.append(number)
      if let below = children[number] { walk.enter(try index(below), of: step, size: 100) }
    }
    return (order, walk.isCut)
  }

  @Test func theOrderIsThatOfTheIndexes() throws {
    let found = try walk([0: [1, 4], 1: [2, 3], 4: [5]])
    #expect(found.order == [0, 1, 2, 3, 4, 5])
    #expect(!found.isCut)
  }

  @Test func aCircleEnds() throws {
    let found = try walk([0: [1], 1: [0, 2], 2: [1, 2]])
    #expect(found.order == [0, 1, 2])
    #expect(!found.isCut)
  }

  @Test func whatIsDeeperThanIsOfUseIsLeftOut() throws {
    let chain = Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, [$0 + 1]) })
    let found = try walk(chain)
    #expect(found.order == Array(0...ManifestWalk.maxDepth))
    #expect(found.isCut)
  }

  @Test func whatIsLongerThanIsOfUseIsLeftOut() throws {
    var walk = ManifestWalk(from: digest(0))
    let root = try next(&walk)
    walk.enter(try index([1]), of: root, size: ManifestWalk.maxBytes.adding(1))
    #expect(walk.isCut)
    let more = walk.next()
    #expect(more == nil)
  }

  @Test func aPlatformIsInherited() throws {
    var walk = ManifestWalk(from: digest(0))
    let root = try next(&walk)
    walk.enter(try index([1], platform: "arm64"), of: root, size: 1)
    let inner = try next(&walk)
    walk.enter(try index([2]), of: inner, size: 1)
    let image = try next(&walk)
    #expect(image.platform?.architecture == "arm64")
  }
}
