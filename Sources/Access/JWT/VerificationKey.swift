internal import COpenSSL
import Glibc
internal import OCI

/// A public key that signatures are checked with. It knows its own algorithm: nothing in a token chooses it.
struct VerificationKey: Sendable, Hashable {
  private enum Material: Sendable, Hashable {
    /// Modulus and exponent, the most significant byte first.
    case rsa(modulus: [UInt8], exponent: [UInt8])
    /// The uncompressed point (SEC 1 §2.3.3).
    case p256(point: [UInt8])
  }

  private let material: Material

  private static let modulusBytes = 256...1_024

  /// What signatures are made with.
  var algorithm: JSONWebToken.Algorithm {
    switch material {
    case .rsa: .rs256
    case .p256: .es256
    }
  }

  /// Reads a JWK (RFC 7517 §4, RFC 7518 §6); nil if it is for something else, weak, or not understood.
  init?(_ key: JSONObject) {
    guard key["use"]?.string ?? "sig" == "sig", key["use"]?.isNull != true else { return nil }
    func bytes(_ name: String) -> [UInt8]? { key[name]?.string.flatMap { Base64URL.decode($0) } }
    switch key["kty"]?.string {
    case "RSA":
      guard let modulus = bytes("n"), let exponent = bytes("e"), Self.modulusBytes.contains(modulus.count),
        // The first byte that counts: 2048 bits are not 2041.
        modulus.first.map({ $0 >= 0x80 }) == true, let last = modulus.last, last & 1 == 1,
        (1...4).contains(exponent.count), exponent.first != 0, exponent != [1],
        exponent.last.map({ $0 & 1 == 1 }) == true
      else { return nil }
      material = .rsa(modulus: modulus, exponent: exponent)
    case "EC":
      guard key["crv"]?.string == "P-256", let x = bytes("x"), let y = bytes("y"), x.count == 32, y.count == 32 else {
        return nil
      }
      material = .p256(point: [4] + x + y)
    default: return nil
    }
    if let stated = key["alg"] {
      guard stated.string == algorithm.rawValue else { return nil }
    }
  }

  /// Whether the signature is this key's over the message. 30 to 200 µs.
  func isRight(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    guard let signature = encoded(signature), let key = handle() else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  /// The signature as libcrypto has it: of ECDSA, JOSE has two numbers in a row (RFC 7518 §3.4), libcrypto DER.
  private func encoded(_ signature: [UInt8]) -> [UInt8]? {
    switch material {
    case .rsa(let modulus, _): return signature.count == modulus.count ? signature : nil
    case .p256:
      guard signature.count == 64 else { return nil }
      let numbers = Self.integer(signature[..<32]) + Self.integer(signature[32...])
      return [0x30, UInt8(numbers.count)] + numbers
    }
  }

  /// A number as DER has it (X.690 §8.3): of 33 bytes at the most here.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var significant = Array(bytes.drop { $0 == 0 })
    if significant.first.map({ $0 >= 0x80 }) ?? true { significant.insert(0, at: 0) }
    return [0x02, UInt8(significant.count)] + significant
  }

  /// One of the values that libcrypto makes a key of. It only notes where name and value lie.
  private struct Parameter {
    var name: String
    var value: [UInt8]
    var make: (_ name: UnsafePointer<CChar>, _ value: UnsafeMutablePointer<UInt8>, _ count: Int) -> OSSL_PARAM

    /// A number, given with its most significant byte first; libcrypto has it in the machine's order.
    static func number(_ name: String, _ bytes: [UInt8]) -> Parameter {
      Parameter(name: name, value: bytes.reversed()) { OSSL_PARAM_construct_BN($0, $1, $2) }
    }

    static func bytes(_ name: String, _ bytes: [UInt8]) -> Parameter {
      Parameter(name: name, value: bytes) { OSSL_PARAM_construct_octet_string($0, $1, $2) }
    }

    static func text(_ name: String, _ text: String) -> Parameter {
      // Its length is found by the zero behind it.
      Parameter(name: name, value: Array(text.utf8) + [0]) { name, value, count in
        value.withMemoryRebound(to: CChar.self, capacity: count) { OSSL_PARAM_construct_utf8_string(name, $0, 0) }
      }
    }
  }

  /// The key as libcrypto has it, to be freed; nil if it is none: a point off the curve.
  private func handle() -> OpaquePointer? {
    switch material {
    case .rsa(let modulus, let exponent):
      Self.handle(of: "RSA", [.number("n", modulus), .number("e", exponent)])
    case .p256(let point):
      Self.handle(of: "EC", [.text("group", "prime256v1"), .bytes("pub", point)])
    }
  }

  private static func handle(of kind: String, _ parameters: [Parameter]) -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new_from_name(nil, kind, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    let names = parameters.map { strdup($0.name) }
    let values = parameters.map { parameter in
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: parameter.value.count)
      memory.initialize(from: parameter.value, count: parameter.value.count)
      return memory
    }
    defer {
      for name in names { free(name) }
      for value in values { value.deallocate() }
    }
    var list = parameters.indices.compactMap { index in
      names[index].map { parameters[index].make($0, values[index], parameters[index].value.count) }
    }
    list.append(OSSL_PARAM_construct_end())
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1, EVP_PKEY_fromdata(context, &key, publicKeySelection, &list) == 1 else {
      return nil
    }
    return key
  }

  /// EVP_PKEY_PUBLIC_KEY (openssl/evp.h), a macro that Swift does not see.
  private static let publicKeySelection: Int32 = 0x86
}
