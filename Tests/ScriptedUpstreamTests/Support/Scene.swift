import OCI
import ScriptedUpstream

/// A scripted upstream with a small blob and a large one, for one test.
struct Scene {
  let upstream: ScriptedUpstream
  /// 1000 bytes, in memory.
  let small: Digest
  /// 3 MiB and a bit, in a file.
  let large: Digest

  static let smallContent = GeneratedContent(size: 1000, seed: 1)
  static let largeContent = GeneratedContent(size: (3 << 20) + 5, seed: 2)
  static let smallBytes = smallContent.bytes(0..<smallContent.size)
  static let largeBytes = largeContent.bytes(0..<largeContent.size)

  /// Runs a test in a scene of its own.
  static func run(_ options: Options = Options(), _ test: (Scene) async throws -> Void) async throws {
    let upstream = try await ScriptedUpstream.start(options)
    let scene = Scene(
      upstream: upstream,
      small: upstream.addBlob(smallBytes, to: ["app"]),
      large: try await upstream.addBlob(largeContent, to: ["app"])
    )
    do {
      try await test(scene)
    } catch {
      await upstream.shutdown()
      throw error
    }
    await upstream.shutdown()
  }

  var smallPath: String { "/v2/app/blobs/\(small)" }
  var largePath: String { "/v2/app/blobs/\(large)" }

  func connect(_ origin: Origin = .registry) throws -> RawConnection { try RawConnection(port: upstream.port(origin)) }

  /// One request on a connection of its own.
  func get(
    _ target: String,
    method: String = "GET",
    on origin: Origin = .registry,
    _ fields: String...
  ) async throws -> (head: RawConnection.Head, body: [UInt8]) {
    let connection = try connect(origin)
    connection.send(
      "\(method) \(target) HTTP/1.1\r\nHost: test\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    )
    return try await connection.answer(toHead: method == "HEAD")
  }
}

/// The path and query of a URL.
func target(of url: String) -> String {
  let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
  return parts.count == 4 ? "/" + parts[3] : url
}
