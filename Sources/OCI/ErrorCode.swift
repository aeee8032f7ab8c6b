/// The codes of an error answer (distribution-spec §Error Codes).
///
/// The list binds the bodies of 4xx answers; `unavailable` is Berth's own, for 5xx answers in the same form.
public enum ErrorCode: String, Sendable, CaseIterable {
  case blobUnknown = "BLOB_UNKNOWN"
  case blobUploadInvalid = "BLOB_UPLOAD_INVALID"
  case blobUploadUnknown = "BLOB_UPLOAD_UNKNOWN"
  case digestInvalid = "DIGEST_INVALID"
  case manifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN"
  case manifestInvalid = "MANIFEST_INVALID"
  case manifestUnknown = "MANIFEST_UNKNOWN"
  case nameInvalid = "NAME_INVALID"
  case nameUnknown = "NAME_UNKNOWN"
  case sizeInvalid = "SIZE_INVALID"
  case unauthorized = "UNAUTHORIZED"
  case denied = "DENIED"
  case unsupported = "UNSUPPORTED"
  case tooManyRequests = "TOOMANYREQUESTS"
  /// Not of the specification: upstream or Berth cannot answer now (5xx).
  case unavailable = "UNAVAILABLE"
}
