package import MeshModel

/// All that a console shows at one moment: made by the engine, at most once a frame.
///
/// It is a value with no reference to the engine, so that it can cross a socket, be frozen on the
/// screen, and be written down in a test.
package struct MeshPicture: Hashable, Sendable {
  /// `local`, `sim` or `external`.
  package var mesh: String
  /// When it was made.
  package var time: Timestamp
  package var revision: RevisionPicture
  /// The VirtualServices in name order; the console shows one at a time.
  package var services: [ServicePicture]
  package var clients: [ClientPicture]
  package var endpoints: [EndpointPicture]
  package var calls: CallsPicture
  /// Oldest first; the newest few hundred.
  package var events: [EventPicture]
  package var clocks: ClocksPicture
  /// Where clients reach the xDS server, such as `127.0.0.1:15010`; empty where unknown.
  package var xdsAddress: String

  package init(
    mesh: String,
    time: Timestamp,
    revision: RevisionPicture,
    services: [ServicePicture] = [],
    clients: [ClientPicture] = [],
    endpoints: [EndpointPicture] = [],
    calls: CallsPicture = CallsPicture(),
    events: [EventPicture] = [],
    clocks: ClocksPicture = ClocksPicture(),
    xdsAddress: String = ""
  ) {
    self.mesh = mesh
    self.time = time
    self.revision = revision
    self.services = services
    self.clients = clients
    self.endpoints = endpoints
    self.calls = calls
    self.events = events
    self.clocks = clocks
    self.xdsAddress = xdsAddress
  }
}

/// The newest revision of the rule book.
package struct RevisionPicture: Hashable, Sendable {
  package var number: UInt64
  /// When it was accepted.
  package var time: Timestamp
  /// What it changed, such as `rule 2: v1 90 -> 80, v2 10 -> 20`.
  package var title: String
  package var canUndo: Bool
  package var canRedo: Bool
  /// What the checks say of it.
  package var findings: [Finding]
  /// Clients that have it in force, of all that are connected; and those that refused it.
  package var acked: Int
  package var nacked: Int
  package var connected: Int

  package init(
    number: UInt64,
    time: Timestamp,
    title: String,
    canUndo: Bool = false,
    canRedo: Bool = false,
    findings: [Finding] = [],
    acked: Int = 0,
    nacked: Int = 0,
    connected: Int = 0
  ) {
    self.number = number
    self.time = time
    self.title = title
    self.canUndo = canUndo
    self.canRedo = canRedo
    self.findings = findings
    self.acked = acked
    self.nacked = nacked
    self.connected = connected
  }
}
