import Access
import Certificates
import Glibc
import Upstream

extension FileContents {
  /// The files of this machine, as this process may see them.
  static func system(environment: ProcessEnvironment = .ofThisProcess()) -> FileContents {
    FileContents(
      identity: { certificate, key in
        Result { () throws(CertificateFileError) in
          try CertificateIdentity(certificate: certificate, key: key).chain.validity
        }
      },
      authorities: { path in
        Result { () throws(CertificateFileError) in try CertificateChain(reading: path).longestValidity }
      },
      dockerConfiguration: { CredentialFiles.complaint(aboutDockerConfiguration: $0) },
      passwordFile: { CredentialFiles.complaint(aboutPasswordFile: $0) },
      passwords: { path in Result { () throws(AccessFileError) in try AccessFiles.passwords(path) } },
      tokens: { path in Result { () throws(AccessFileError) in try AccessFiles.tokens(path) } },
      deniedCertificates: { path in Result { () throws(AccessFileError) in try AccessFiles.deniedCertificates(path) } },
      issuerKeys: { path in Result { () throws(AccessFileError) in try AccessFiles.issuerKeys(path) } },
      isWorldReadable: { path in
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
      },
      hasHelper: { CredentialFiles.isOnSearchPath($0, environment) },
      now: { Int64(time(nil)) }
    )
  }
}
