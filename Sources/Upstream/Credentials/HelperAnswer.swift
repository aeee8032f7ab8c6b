import OCI

/// What a credential helper printed, and what it means (docker/docker-credential-helpers, protocol of `get`).
struct HelperAnswer: Sendable, Equatable {
  /// How the program ended: its exit status, or 128 and the number of the signal that ended it.
  var status: Int32
  var output: [UInt8]

  /// The credential; nil if the helper says that it has none for this registry.
  ///
  /// - Throws: `credentialUnavailable` if it failed, or printed something else. What it printed with success is never
  ///   shown: it may be a secret.
  func credential(_ request: HelperRequest, limits: Limits) throws(UpstreamFailure) -> Credential? {
    let program = request.helper.program
    guard status == 0 else {
      // The protocol has errors on standard output, and this one spelt just so.
      let message = PrintableText.line(String(decoding: output, as: UTF8.self), maxLength: 160)
      if message.contains("credentials not found") { return nil }
      throw .credentialUnavailable(
        "\(program) failed for \(request.server) with status \(status)" + (message.isEmpty ? "" : ": \(message)")
      )
    }
    guard let document = try? StrictJSON.parse(output, maxBytes: limits.maxCredentialHelperBytes, limits: limits),
      let object = document.object, let username = object["Username"]?.string, let secret = object["Secret"]?.string
    else {
      throw .credentialUnavailable("\(program) printed no JSON object with Username and Secret for \(request.server)")
    }
    // An empty answer is how some helpers say that they have none.
    if secret.isEmpty { return nil }
    if username == "<token>" { return Credential(.identityToken(Secret(secret))) }
    return Credential(.password(username: username, Secret(secret)))
  }
}
