import NIOSSL
import Testing

@testable import Certificates

@Suite struct ClientCertificateFactsTests {
  // openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -set_serial 0x00ab12 -days 36500
  //   -addext subjectAltName=URI:spiffe://acme.example/builder,DNS:builder.acme.example,DNS:b.acme.example
  private static let sample = """
    -----BEGIN CERTIFICATE-----
    MIIBsDCCAVagAwIBAgIDAKsSMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAXgwIBcN
    MjYxMTI4MTQ1NjE2WhgPMjEyNjExMDQxNDU2MTZaMAwxCjAIBgNVBAMMAXgwWTAT
    BgcqhkjOPQIBBggqhkjOPQMBBwNCAATjAumpqz3dNjRbU4hVgKXqeR9JF/4GecQY
    +nw1NZy3lizrrIjXqis6sBDxIRG9Eex61V45ewjcKDjwFv5A17cKo4GkMIGhMB0G
    A1UdDgQWBBReBpozME0BcDoQ/cVio8JU0XzX2jAfBgNVHSMEGDAWgBReBpozME0B
    cDoQ/cVio8JU0XzX2jAPBgNVHRMBAf8EBTADAQH/ME4GA1UdEQRHMEWGHXNwaWZm
    ZTovL2FjbWUuZXhhbXBsZS9idWlsZGVyghRidWlsZGVyLmFjbWUuZXhhbXBsZYIO
    Yi5hY21lLmV4YW1wbGUwCgYIKoZIzj0EAwIDSAAwRQIhANkZTHcyreiuBBIDCA/H
    u7j7pouafjcnqcW36z8k2JCaAiBrMPc4qaiLcGIg4PBoN9JsChih26OajhPELIMj
    oyNoxw==
    -----END CERTIFICATE-----
    """

  @Test func namesKeyAndSerialAreRead() throws {
    let certificate = try #require(try NIOSSLCertificate.fromPEMBytes(Array(Self.sample.utf8)).first)
    let facts = try #require(ClientCertificateFacts(certificate))
    #expect(facts.uris == ["spiffe://acme.example/builder"])
    #expect(facts.dnsNames == ["builder.acme.example", "b.acme.example"])
    #expect(facts.serial == "ab12" && facts.publicKey.count == 91 && facts.notAfter > 4_000_000_000)
  }

  @Test func aCertificateWithoutNamesHasNone() throws {
    let certificate = try #require(try NIOSSLCertificate.fromPEMBytes(Array(Samples.certificate.utf8)).first)
    let facts = try #require(ClientCertificateFacts(certificate))
    #expect(facts.uris.isEmpty && !facts.publicKey.isEmpty)
  }
}
