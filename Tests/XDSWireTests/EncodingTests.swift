import Foundation
import Testing
import XDSCore
import XDSProtos
import XDSWire

/// The bytes come from the published Python classes (`xds-protos` 1.85.0) for the same content, so
/// they hold our schema and our encoder against somebody else's.
@Suite("Encoding resources")
struct EncodingTests {
  @Test(
    "writes the bytes that the published classes write",
    arguments: [
      (
        Resource.listener(greeterListener),
        """
        CgRiMS03EuYDCjV0eXBlLmdvb2dsZWFwaXMuY29tL2Vudm95LmNvbmZpZy5saXN0ZW5lci52My5MaXN0ZW5lchKs
        AwovZHViYm8tZ28tc2VydmVyLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9jYWw6MjAwMDCaAfcCCvQCCmV0eXBlLmdv
        b2dsZWFwaXMuY29tL2Vudm95LmV4dGVuc2lvbnMuZmlsdGVycy5uZXR3b3JrLmh0dHBfY29ubmVjdGlvbl9tYW5h
        Z2VyLnYzLkh0dHBDb25uZWN0aW9uTWFuYWdlchKKAhpBCgQaADACEjlvdXRib3VuZHwyMDAwMHx8ZHViYm8tZ28t
        c2VydmVyLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9jYWwqYgoYZW52b3kuZmlsdGVycy5odHRwLmZhdWx0IkYKRHR5
        cGUuZ29vZ2xlYXBpcy5jb20vZW52b3kuZXh0ZW5zaW9ucy5maWx0ZXJzLmh0dHAuZmF1bHQudjMuSFRUUEZhdWx0
        KmEKGWVudm95LmZpbHRlcnMuaHR0cC5yb3V0ZXIiRApCdHlwZS5nb29nbGVhcGlzLmNvbS9lbnZveS5leHRlbnNp
        b25zLmZpbHRlcnMuaHR0cC5yb3V0ZXIudjMuUm91dGVyIjV0eXBlLmdvb2dsZWFwaXMuY29tL2Vudm95LmNvbmZp
        Zy5saXN0ZW5lci52My5MaXN0ZW5lcioCbjE=
        """
      ),
      (
        .cluster(greeterCluster),
        """
        CgRiMS03EoUBCjN0eXBlLmdvb2dsZWFwaXMuY29tL2Vudm95LmNvbmZpZy5jbHVzdGVyLnYzLkNsdXN0ZXISTgo7
        b3V0Ym91bmR8MjAwMDB8djF8ZHViYm8tZ28tc2VydmVyLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9jYWwQAxoGCgQa
        ADAC0gIEKgIIAiIzdHlwZS5nb29nbGVhcGlzLmNvbS9lbnZveS5jb25maWcuY2x1c3Rlci52My5DbHVzdGVyKgJu
        MQ==
        """
      ),
      (
        .endpoints(greeterEndpoints),
        """
        CgRiMS03EqgBCkJ0eXBlLmdvb2dsZWFwaXMuY29tL2Vudm95LmNvbmZpZy5lbmRwb2ludC52My5DbHVzdGVyTG9h
        ZEFzc2lnbm1lbnQSYgo7b3V0Ym91bmR8MjAwMDB8djF8ZHViYm8tZ28tc2VydmVyLmRlZmF1bHQuc3ZjLmNsdXN0
        ZXIubG9jYWwSIwoAEhsKEwoRCg8SCTEyNy4wLjAuMRihnAEQASICCAEaAggBIkJ0eXBlLmdvb2dsZWFwaXMuY29t
        L2Vudm95LmNvbmZpZy5lbmRwb2ludC52My5DbHVzdGVyTG9hZEFzc2lnbm1lbnQqAm4x
        """
      ),
      (
        .routeConfiguration(greeterRoutes),
        """
        CgRiMS03EpIECjx0eXBlLmdvb2dsZWFwaXMuY29tL2Vudm95LmNvbmZpZy5yb3V0ZS52My5Sb3V0ZUNvbmZpZ3Vy
        YXRpb24S0QMKOW91dGJvdW5kfDIwMDAwfHxkdWJiby1nby1zZXJ2ZXIuZGVmYXVsdC5zdmMuY2x1c3Rlci5sb2Nh
        bBKTAwovZHViYm8tZ28tc2VydmVyLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9jYWw6MjAwMDASKWR1YmJvLWdvLXNl
        cnZlci5kZWZhdWx0LnN2Yy5jbHVzdGVyLmxvY2FsEi9kdWJiby1nby1zZXJ2ZXIuZGVmYXVsdC5zdmMuY2x1c3Rl
        ci5sb2NhbDoyMDAwMBpgChgKAS8iAggBMg8KBHVzZXJqBwoFYWRtaW4SPQo7b3V0Ym91bmR8MjAwMDB8djJ8ZHVi
        Ym8tZ28tc2VydmVyLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9jYWxyBWFkbWluGqEBCgcKAS8iAggBEo0BGooBCkEK
        O291dGJvdW5kfDIwMDAwfHYxfGR1YmJvLWdvLXNlcnZlci5kZWZhdWx0LnN2Yy5jbHVzdGVyLmxvY2FsEgIIWgpB
        CjtvdXRib3VuZHwyMDAwMHx2MnxkdWJiby1nby1zZXJ2ZXIuZGVmYXVsdC5zdmMuY2x1c3Rlci5sb2NhbBICCAoa
        AghkcgZydWxlLTIiPHR5cGUuZ29vZ2xlYXBpcy5jb20vZW52b3kuY29uZmlnLnJvdXRlLnYzLlJvdXRlQ29uZmln
        dXJhdGlvbioCbjE=
        """
      ),
    ]
  )
  func golden(resource: Resource, published: String) throws {
    let wanted = try #require(Data(base64Encoded: published, options: .ignoreUnknownCharacters))
    let found = Data(try bytes(of: resource))
    #expect(found.base64EncodedString() == wanted.base64EncodedString())
  }

  @Test("gives equal bytes for equal content, whatever bag they go into")
  func deterministic() throws {
    let data: Data = try encodeResponse(
      type: .listener,
      version: "b1-7",
      nonce: "n1",
      resources: [.listener(greeterListener)]
    )
    for _ in 1...20 { #expect([UInt8](data) == (try bytes(of: .listener(greeterListener)))) }
  }

  @Test("encodes an action that clients can't perform as one that they accept")
  func unsupportedAction() throws {
    var routes = greeterRoutes
    routes.virtualHosts[0].routes[0].action = .unsupported("redirect")
    let message = try message(
      .routeConfiguration(routes),
      as: Envoy_Config_Route_V3_RouteConfiguration.self
    )
    #expect(message.virtualHosts[0].routes[0].action == .nonForwardingAction(.init()))
  }
}
