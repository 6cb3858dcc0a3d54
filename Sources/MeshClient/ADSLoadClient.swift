import GRPCCore
package import Logging
package import MeshModel
import SystemClock
package import XDSCore

/// A bare ADS client on a connection of its own, to put load on a control plane.
///
/// It asks as a proxyless gRPC client does (LDS, RDS, CDS, EDS), acknowledges what it can read and
/// makes no calls. One process can run thousands.
package final class ADSLoadClient: Sendable {
  /// A response that came.
  package struct Receipt: Hashable, Sendable {
    package var type: ResourceType
    /// Its `version_info`.
    package var version: String
    /// The machine's monotonic clock (`CLOCK_MONOTONIC`), the same in all its processes.
    package var time: MonotonicTime
  }

  private let server: ServerAddress
  private let node: Node
  private let listener: String
  private let seed: UInt64
  private let logger: Logger
  private let onReceive: @Sendable (Receipt) -> Void

  /// - Parameters:
  ///   - server: The control plane.
  ///   - nodeID: Who it is.
  ///   - listener: The dial target that it asks for, `host:port`.
  ///   - seed: For the jitter of its back-off.
  ///   - logger: Hears of streams that end, and of refused resources.
  ///   - onReceive: Called for each response, before it is acknowledged; it must not block.
  package init(
    server: ServerAddress,
    nodeID: String,
    listener: String,
    seed: UInt64,
    logger: Logger,
    onReceive: @escaping @Sendable (Receipt) -> Void
  ) {
    self.server = server
    node = Bootstrap(server: server, nodeID: nodeID).node
    self.listener = listener
    self.seed = seed
    self.logger = logger
    self.onReceive = onReceive
  }

  /// Stays connected, and reconnects, until cancelled.
  ///
  /// - Throws: Where the address can't be dialled at all.
  package func run() async throws {
    let connection = try XDSConnection.client(to: server)
    let client = ADSClient(
      connection: connection,
      node: node,
      resourceTimeout: XDSClientTransport.defaultResourceTimeout,
      seed: seed,
      logger: logger
    ) { event in
      guard case .received(let type, let version) = event else { return }
      self.onReceive(Receipt(type: type, version: version, time: .now()))
    }
    await client.watch(listener)
    await withDiscardingTaskGroup { group in
      group.addTask { try? await connection.runConnections() }
      await client.run()
      group.cancelAll()
    }
  }
}
