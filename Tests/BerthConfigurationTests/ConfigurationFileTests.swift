import Foundation
import Testing

@testable import BerthConfiguration

/// The loader on real files.
@Suite struct ConfigurationFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "berth-configuration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func write(_ bytes: some Sequence<UInt8>, mode: Int = 0o600) throws -> String {
    let path = folder.appending(path: "berth.yaml").path
    try Data(bytes).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  private func complaint(_ path: String) -> String? {
    do throws(ConfigurationError) {
      _ = try ConfigurationFile.load(path)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func pathsStartAtTheFilesFolder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let secret = folder.appending(path: "secret")
    try Data("x".utf8).write(to: secret)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
    let path = try write(
      "store: {path: data}\nupstreams: {quay.io: {credentials: [{username: a, passwordFile: secret}]}}".utf8
    )
    let configuration = try ConfigurationFile.load(path)
    #expect(configuration.store.path == folder.appending(path: "data").path)
    #expect(configuration.warnings.isEmpty)
  }

  @Test func permissionsAreSeen() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = "upstreams: {quay.io: {credentials: [{username: a, password: b}]}}"
    #expect(try ConfigurationFile.load(try write(text.utf8, mode: 0o600)).warnings.isEmpty)
    #expect(try ConfigurationFile.load(try write(text.utf8, mode: 0o644)).warnings.count == 1)
  }

  @Test func problemsNameTheFileAndThePlace() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try write("tls: {certificate: ., key: gone.key}\nlog: 1".utf8)
    #expect(
      complaint(path) == """
        \(path):1:20: tls.certificate: cannot read the certificate at '\(folder.path)/.': is a directory
        \(path):1:28: tls.key: cannot read the private key at '\(folder.path)/gone.key': No such file or directory
        \(path):2:6: log: expected the keys level, format, found '1'
        """
    )
  }

  @Test func filesThatAreNoConfiguration() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(
      complaint("/nonexistent/berth.yaml") == "/nonexistent/berth.yaml: cannot be opened: No such file or directory"
    )
    #expect(complaint(folder.path) == "\(folder.path): is a directory")
    let path = try write([0x6C, 0x6F, 0x67, 0x3A, 0xFF])
    #expect(complaint(path) == "\(path): is not UTF-8 text")
    #expect(
      complaint(try write(repeatElement(0x23, count: SourceFile.maxBytes + 1)))
        == "\(path): is larger than 1048576 bytes"
    )
  }
}
