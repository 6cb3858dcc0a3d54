internal import GRPCCore
internal import XDSCore
internal import XDSProtos

/// The ADS service: state of the world; delta answers UNIMPLEMENTED.
///
/// Registered by hand rather than through the generated service, so that responses go out as bytes
/// that were encoded once.
struct ADSService: RegistrableRPCService {
  private typealias Methods = Envoy_Service_Discovery_V3_AggregatedDiscoveryService.Method

  private let hub: StreamHub

  init(hub: StreamHub) {
    self.hub = hub
  }

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: Methods.StreamAggregatedResources.descriptor,
      deserializer: DiscoveryRequestDeserializer(limits: hub.limits),
      serializer: EncodedResponseSerializer()
    ) { [hub] request, context in
      StreamingServerResponse { writer in
        let call = ADSCall(hub: hub, requests: request.messages, writer: writer)
        try await call.run(peer: context.remotePeer.withoutTransportName)
        return [:]
      }
    }
    router.registerHandler(
      forMethod: Methods.DeltaAggregatedResources.descriptor,
      deserializer: DiscoveryRequestDeserializer(limits: hub.limits),
      serializer: EncodedResponseSerializer()
    ) { _, _ in
      throw RPCError(
        code: .unimplemented,
        message: "delta xDS is not served; use StreamAggregatedResources (api_type: GRPC)"
      )
    }
  }
}

extension String {
  /// `127.0.0.1:31415` of `ipv4:127.0.0.1:31415`.
  fileprivate var withoutTransportName: String {
    for name in ["ipv4:", "ipv6:"] where hasPrefix(name) { return String(dropFirst(name.count)) }
    return self
  }
}
