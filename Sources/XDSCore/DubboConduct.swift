import MeshModel

/// What a dubbo-go client needs of its stream beyond what others do.
///
/// ```
///  finding ── both first endpoints accepted, or too late ──► found
/// ```
/// While it looks for the control plane's address and for its own, dubbo-go must see each in exactly
/// one endpoint and nothing else; all endpoints follow. It knows its own service by the address alone,
/// so where the control plane has that address too, the own endpoint goes first and by itself.
struct DubboConduct: Sendable {
  private enum Stage: Sendable {
    /// The deadline is set by the first request for endpoints.
    case finding(deadline: MonotonicTime?)
    case found
  }

  /// How long the client may look before all endpoints are told regardless; it gives up after 5 s.
  static let findingTimeout: UInt64 = 1_000_000_000
  /// The least time from any CDS response to one that removes a cluster.
  static let removalSpacing: UInt64 = 100_000_000

  private let controlPlane: DialledControlPlane?
  private let identity: SidecarIdentity?
  private var stage: Stage
  /// Whether the control plane's endpoint waits until the client has found its own.
  private var isControlPlaneHeld = false
  private(set) var overlay = StreamOverlay()
  /// When clusters were last sent.
  private(set) var lastClusters: MonotonicTime?

  init(_ node: Node, peer: ClientPeer) {
    controlPlane = DialledControlPlane(peer)
    identity = SidecarIdentity(nodeID: node.id)
    // A provider knows its own address: it says what it provides there.
    let isProvider = node.labels["DUBBO_GO"]?.isEmpty == false
    stage = isProvider ? .found : .finding(deadline: nil)
    overlay.additions = controlPlane?.items ?? []
  }

  /// When the search ends whatever came; nil where it hasn't begun or is over.
  var deadline: MonotonicTime? {
    guard case .finding(let deadline) = stage else { return nil }
    return deadline
  }

  /// Notes that clusters go out.
  mutating func noteClusters(_ time: MonotonicTime) { lastClusters = time }

  /// Works out what may be told of endpoints now.
  ///
  /// - Parameters:
  ///   - snapshot: The newest.
  ///   - endpoints: The client's endpoints.
  ///   - time: The present.
  /// - Returns: Whether ``overlay`` changed.
  mutating func advance(
    _ snapshot: Snapshot,
    _ endpoints: TypeChannel,
    _ time: MonotonicTime
  ) -> Bool {
    guard case .finding(let deadline) = stage, !endpoints.subscription.isEmpty else { return false }
    let old = overlay
    guard let deadline else {
      stage = .finding(deadline: time.advanced(byNanoseconds: Self.findingTimeout))
      isControlPlaneHeld =
        controlPlane?.address == identity?.address && ownEndpoint(snapshot) != nil
      overlay.replacements = firstEndpoints(snapshot)
      overlay.hidesOtherEndpoints = !overlay.replacements.isEmpty
      return overlay != old
    }
    let isFound = overlay.replacements.allSatisfy { endpoints.hasAccepted($0.resource.name) }
    guard isFound || time >= deadline else { return false }
    if isControlPlaneHeld, time < deadline {
      isControlPlaneHeld = false
      overlay.replacements = firstEndpoints(snapshot)
      return overlay != old
    }
    stage = .found
    overlay.replacements = []
    overlay.hidesOtherEndpoints = false
    return overlay != old
  }

  /// One endpoint each for the control plane and for the client itself.
  private func firstEndpoints(_ snapshot: Snapshot) -> [StreamOverlay.Item] {
    var items: [StreamOverlay.Item] = []
    if let controlPlane, !isControlPlaneHeld {
      let known = snapshot.resource(.endpoints, named: controlPlane.cluster)
      items.append(controlPlane.firstEndpoint(known))
    }
    if let own = ownEndpoint(snapshot) {
      items.append(StreamOverlay.Item(.endpoints(own), key: "own \(own)"))
    }
    return items
  }

  /// The client's own endpoint, as far as it has a service other than the control plane.
  private func ownEndpoint(_ snapshot: Snapshot) -> ClusterLoadAssignment? {
    guard let identity, let own = snapshot.ownEndpoint(of: identity) else { return nil }
    return own.clusterName == controlPlane?.cluster ? nil : own
  }
}
