internal import Crypto
internal import Foundation
internal import SwiftASN1
package import X509

/// A certificate authority that lives for a test.
package struct TestAuthority: Sendable {
  private let key = P256.Signing.PrivateKey()
  private let certificate: Certificate

  package init(named name: String = "Test authority") throws {
    let subject = try DistinguishedName { CommonName(name) }
    let key = Certificate.PrivateKey(key)
    certificate = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: key.publicKey,
      notValidBefore: .now - 3_600,
      notValidAfter: .now + 3_600,
      issuer: subject,
      subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      },
      issuerPrivateKey: key
    )
  }

  /// Its own certificate.
  package var pem: String {
    get throws { try certificate.serializeAsPEM().pemString }
  }

  /// Signs a certificate for a key of its own.
  package func issue(
    _ commonName: String,
    names: [GeneralName] = [.dnsName("localhost")]
  ) throws -> (certificate: String, key: String) {
    let key = P256.Signing.PrivateKey()
    let certificate = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(key.publicKey),
      notValidBefore: .now - 3_600,
      notValidAfter: .now + 3_600,
      issuer: certificate.subject,
      subject: try DistinguishedName { CommonName(commonName) },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        SubjectAlternativeNames(names)
      },
      issuerPrivateKey: Certificate.PrivateKey(self.key)
    )
    return (try certificate.serializeAsPEM().pemString, key.pemRepresentation)
  }
}
