internal import NIOCore
internal import NIOSSL
internal import SwiftASN1
internal import X509

extension PeerIdentity {
  /// What the certificate says that the client showed; nil without one.
  ///
  /// TLS has verified it by then.
  static func verified(on context: ChannelHandlerContext) -> PeerIdentity? {
    guard let shown = try? context.channel.pipeline.syncOperations.nioSSL_peerCertificate(),
      let bytes = try? shown.toDERBytes(),
      let certificate = try? Certificate(derEncoded: bytes)
    else { return nil }
    return PeerIdentity(certificate)
  }

  init(_ certificate: Certificate) {
    self.init()
    for name in (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames() {
      switch name {
      case .uniformResourceIdentifier(let uri): uris.append(uri)
      case .dnsName(let name): dnsNames.append(name)
      default: break
      }
    }
    for attribute in certificate.subject.lazy.flatMap({ $0 })
    where attribute.type == .RDNAttributeType.commonName {
      commonName = String(describing: attribute.value)
    }
  }
}
