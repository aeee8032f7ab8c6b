import OCI

/// Digests for tests: valid, and different for different numbers.
func sampleDigest(_ number: UInt8) -> Digest { Digest.of([number]) }

/// `Manifest.parse` over text.
func parseManifest(
  _ text: String,
  declared: MediaType? = nil,
  limits: Limits = Limits()
) throws(OCIError) -> Manifest {
  let bytes = Array(text.utf8)
  let result = bytes.withUnsafeBytes { buffer in
    Result { () throws(OCIError) in try Manifest.parse(buffer, declared: declared, limits: limits) }
  }
  return try result.get()
}

/// `StrictJSON.parse` over text, with the limit of manifests.
func parseJSON(_ text: String, limits: Limits = Limits()) throws(OCIError) -> JSONValue {
  try StrictJSON.parse(Array(text.utf8), maxBytes: limits.maxManifestBytes, limits: limits)
}
