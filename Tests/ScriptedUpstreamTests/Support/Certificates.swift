import Foundation

@testable import ScriptedUpstream

/// Self-signed certificates for tests, valid for a hundred years, and worth nothing elsewhere.
enum Certificates {
  /// For localhost and 127.0.0.1.
  static let right = Identity(
    certificate: """
      -----BEGIN CERTIFICATE-----
      MIIBkzCCATmgAwIBAgIUfgaDNVOomkOWOuwTVbKkc+YVuUgwCgYIKoZIzj0EAwIw
      EDEOMAwGA1UEAwwFcmlnaHQwIBcNMjYxMTIxMTIwNDI3WhgPMjEyNjEwMjgxMjA0
      MjdaMBAxDjAMBgNVBAMMBXJpZ2h0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
      Tt620JD2wqB+WQqDGT1roJqwJbHLyu5i5F82ZIfMWC0lDg8BvwxtHBQWCgkD4u8k
      Njd/g07AYOW4GJg1Kbu7WKNvMG0wHQYDVR0OBBYEFFMBEuoFR6hpKGzo/ybItoy8
      82SuMB8GA1UdIwQYMBaAFFMBEuoFR6hpKGzo/ybItoy882SuMA8GA1UdEwEB/wQF
      MAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0gA
      MEUCIAVcQ7CNGntUxrZ95aEk6MkulbIpyVAMcFF1bcdXBQYfAiEA16brpQ0/YYSi
      6OTCCwQYGdlE4LOjxvjhwB9kRbTGxBg=
      -----END CERTIFICATE-----
      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcDwyhflWInKKm6tV
      0SgkrS57jeaQVFhvnAnpBBO9URShRANCAARO3rbQkPbCoH5ZCoMZPWugmrAlscvK
      7mLkXzZkh8xYLSUODwG/DG0cFBYKCQPi7yQ2N3+DTsBg5bgYmDUpu7tY
      -----END PRIVATE KEY-----
      """
  )

  /// For other.example.
  static let other = Identity(
    certificate: """
      -----BEGIN CERTIFICATE-----
      MIIBkDCCATegAwIBAgIUXKhAE7yXqcK0HwjGSICrek5ERE0wCgYIKoZIzj0EAwIw
      EDEOMAwGA1UEAwwFb3RoZXIwIBcNMjYxMTIxMTIwNDI3WhgPMjEyNjEwMjgxMjA0
      MjdaMBAxDjAMBgNVBAMMBW90aGVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
      u59wl+xlar77pXKcpN7eKvJz90TxEcDLhqFz47aYGab9uoHJWm0QjNaUduJOeVpZ
      SeGSQXZNkBBBIkVCfd+DbKNtMGswHQYDVR0OBBYEFLe5YGs3+vLw34O09pXeZaz6
      /nr6MB8GA1UdIwQYMBaAFLe5YGs3+vLw34O09pXeZaz6/nr6MA8GA1UdEwEB/wQF
      MAMBAf8wGAYDVR0RBBEwD4INb3RoZXIuZXhhbXBsZTAKBggqhkjOPQQDAgNHADBE
      AiBJVZ1+Ejz8XsSrRMhD9geVfBb/95vp8TJ1z20LzyLs0wIgIF9NzEDrbLNr0S2a
      yvZ9QMJBmxnkG5YdDhX4eySekrk=
      -----END CERTIFICATE-----
      """,
    key: """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVRMJ0vOs9S6Lz9JH
      5Rt+yocwHEhMt9IInHS55ahp3I2hRANCAAS7n3CX7GVqvvulcpyk3t4q8nP3RPER
      wMuGoXPjtpgZpv26gclabRCM1pR24k55WllJ4ZJBdk2QEEEiRUJ934Ns
      -----END PRIVATE KEY-----
      """
  )

  struct Identity: Sendable {
    var certificate: String
    var key: String

    /// Writes both into a directory of their own for as long as `body` runs.
    func withFiles<R>(_ body: (Options.TLSIdentity) async throws -> R) async throws -> R {
      let directory = FileManager.default.temporaryDirectory.appending(path: "identity-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      let files = ["certificate.pem", "key.pem"].map { directory.appending(path: $0) }
      try Data(certificate.utf8).write(to: files[0])
      try Data(key.utf8).write(to: files[1])
      return try await body(.init(certificateFile: files[0].path, keyFile: files[1].path))
    }
  }
}
