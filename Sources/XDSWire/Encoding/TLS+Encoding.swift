import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Core_V3_TransportSocket {
  /// TLS with the keys and certificates of the client's own machine.
  init(_ tls: ClientTLS) throws {
    self.init()
    name = "envoy.transport_sockets.tls"
    typedConfig = try Proto.AnyMessage(packing: Proto.UpstreamTLS(tls))
  }
}

extension Envoy_Extensions_TransportSockets_Tls_V3_UpstreamTlsContext {
  fileprivate init(_ tls: ClientTLS) {
    self.init()
    if let name = tls.sni { sni = name }
    // Calls are gRPC's, which is HTTP/2.
    commonTlsContext.alpnProtocols = ["h2"]
    if let chain = tls.clientCertificate, let key = tls.privateKey {
      var certificate = Envoy_Extensions_TransportSockets_Tls_V3_TlsCertificate()
      certificate.certificateChain = Envoy_Config_Core_V3_DataSource(file: chain)
      certificate.privateKey = Envoy_Config_Core_V3_DataSource(file: key)
      commonTlsContext.tlsCertificates = [certificate]
    }
    if tls.insecureSkipVerify == true {
      commonTlsContext.validationContext.trustChainVerification = .acceptUntrusted
    } else if let authorities = tls.caCertificates {
      // Envoy refuses to look at names where it can't tell who vouches for them.
      commonTlsContext.validationContext.trustedCa = .init(file: authorities)
      commonTlsContext.validationContext.matchTypedSubjectAltNames =
        tls.subjectAltNames.map(Envoy_Extensions_TransportSockets_Tls_V3_SubjectAltNameMatcher.init)
      if let list = tls.caCRL { commonTlsContext.validationContext.crl = .init(file: list) }
    }
  }
}

extension Envoy_Extensions_TransportSockets_Tls_V3_SubjectAltNameMatcher {
  fileprivate init(_ name: String) {
    self.init()
    sanType = name.contains("://") ? .uri : IPAddressText.isIPAddress(name) ? .ipAddress : .dns
    matcher.exact = name
  }
}
