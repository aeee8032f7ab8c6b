import Certificates

extension Field {
  /// A path as the process can open it; one that is relative starts at the configuration file's folder.
  func path(expected: String) -> String? {
    guard let text = text(expected: expected) else { return nil }
    guard !text.isEmpty, !text.utf8.contains(0) else {
      refuse("expected \(expected), found \(quoted(text))")
      return nil
    }
    return context.resolved(text)
  }

  /// The path of a file that is there and can be read. Its contents are looked at where they are used.
  func file(_ what: String) -> String? {
    guard let path = path(expected: "the path of \(what)") else { return nil }
    if let complaint = context.probe.complaint(path) {
      refuse("cannot read \(what) at \(quoted(path, limit: 4_096)): \(complaint)")
      return nil
    }
    return path
  }
}

extension Field {
  /// Says what is wrong with the identity in two files, at the key that names the one at fault.
  func checkIdentity(certificate: (Field, String), key: (Field, String)) {
    switch context.contents.identity(certificate.1, key.1) {
    case .failure(let error):
      let field = error.path == key.1 ? key.0 : certificate.0
      field.refuse("cannot use \(quoted(error.path, limit: 4_096)): \(error.reason)")
    case .success(let validity):
      certificate.0.checkValidity(validity, of: "the certificate in \(quoted(certificate.1, limit: 4_096))")
    }
  }

  /// Says what is wrong with a file of authorities.
  func checkAuthorities(_ path: String) {
    switch context.contents.authorities(path) {
    case .failure(let error): refuse("cannot use \(quoted(error.path, limit: 4_096)): \(error.reason)")
    case .success(let validity): checkValidity(validity, of: "every authority in \(quoted(path, limit: 4_096))")
    }
  }

  private func checkValidity(_ validity: CertificateValidity, of what: String) {
    switch validity.state(at: context.contents.now()) {
    case .good: break
    case .endsSoon(let days): warn("\(what) expires in \(days) day\(days == 1 ? "" : "s"): renew it")
    case .expired(0): warnOfDefect("\(what) has expired today: nobody accepts it any more; renew it")
    case .expired(let days):
      warnOfDefect("\(what) has expired \(days) day\(days == 1 ? "" : "s") ago: nobody accepts it any more; renew it")
    case .notYet(let days):
      warnOfDefect("\(what) is not valid for another \(days) day\(days == 1 ? "" : "s"): nobody accepts it yet")
    }
  }
}
