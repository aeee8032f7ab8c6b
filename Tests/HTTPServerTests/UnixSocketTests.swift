import Foundation
import Glibc
import Testing

@testable import HTTPServer

/// The place of a Unix-domain socket: whose it is, and who may connect.
@Suite struct UnixSocketTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString.prefix(8))")
  private var path: String { directory.appending(path: "s").path }

  init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

  private func open() throws -> ListeningSocket { try .open(at: .unix(path: path), inherited: .none) }

  private var mode: mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func ownerAndGroupMayConnect() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let socket = try open()
    #expect(mode == 0o660)
    socket.place?.remove()
    #expect(mode == nil)
  }

  @Test func whatAKilledProcessLeftIsTakenOver() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    do { _ = try open() }
    #expect(mode == 0o660, "closed, but still there")
    let socket = try open()
    #expect(socket.place != nil)
  }

  @Test func oneInUseStaysWhoseItIs() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let first = try open()
    let reason = failure { _ = try open() }
    #expect(reason.contains(path) && reason.contains("another process listens there"))
    #expect(mode == 0o660)
    first.place?.remove()
    #expect(mode == nil)
  }

  @Test func anyOtherFileStays() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data("precious".utf8).write(to: directory.appending(path: "s"))
    let reason = failure { _ = try open() }
    #expect(reason.contains("no socket"))
    #expect(try Data(contentsOf: directory.appending(path: "s")) == Data("precious".utf8))
  }

  @Test func anothersPlaceIsNotTakenAway() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let first = try open()
    unlink(path)
    let second = try open()
    first.place?.remove()
    #expect(mode == 0o660)
    second.place?.remove()
    #expect(mode == nil)
  }
}
