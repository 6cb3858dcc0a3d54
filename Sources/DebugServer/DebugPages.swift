internal import Synchronization
internal import MeshModel
internal import XDSCore

/// The pages: from a request to its response.
final class DebugPages: Sendable {
  private enum Page: String, CaseIterable {
    case index = "/"
    case adsz = "/debug/adsz"
    case syncz = "/debug/syncz"
    case configDump = "/debug/config_dump"
    case configz = "/debug/configz"
    case ready = "/ready"
    case healthz = "/healthz"

    var description: String {
      switch self {
      case .index: "this list"
      case .adsz: "connected clients, and where dubbo interfaces are provided"
      case .syncz: "what each client was sent and accepted, by type"
      case .configDump: "what a client is served; ?proxyID=NODE_ID or a part of it"
      case .configz: "rules, services and workloads"
      case .ready: "200 once there is something to serve, 503 before"
      case .healthz: "200 while the process lives"
      }
    }
  }

  private let sources: DebugSources
  private let interfaces: Mutex<InterfaceBook>

  init(sources: DebugSources, interfaces: InterfaceBook) {
    self.sources = sources
    self.interfaces = Mutex(interfaces)
  }

  func learn(from node: Node) {
    interfaces.withLock { $0.learn(from: node) }
  }

  func response(to request: DebugRequest) -> DebugResponse {
    guard let page = Page(rawValue: request.path) else {
      return .problem(
        404,
        "no page \(request.path.prefix(256))",
        ["pages": JSONValue(Page.allCases.map(\.rawValue))]
      )
    }
    guard request.method == "GET" || request.method == "HEAD" else {
      var response = DebugResponse.problem(
        405,
        "\(request.method.prefix(32)) is not allowed on \(page.rawValue); want GET or HEAD"
      )
      response.fields["allow"] = "GET, HEAD"
      return response
    }
    return self.response(page, request)
  }

  private func response(_ page: Page, _ request: DebugRequest) -> DebugResponse {
    switch page {
    case .index: .text(Page.allCases.map { "\($0.rawValue): \($0.description)\n" }.joined())
    case .adsz: .json(adsz())
    case .syncz: .json(syncPage(of: sources.clients()))
    case .configDump: configDump(request)
    case .configz: .json(configPage(of: mesh))
    case .ready: ready
    case .healthz: .text("ok\n")
    }
  }

  private var mesh: Mesh { Mesh(rules: sources.rules(), inventory: sources.inventory()) }

  private var ready: DebugResponse {
    guard sources.snapshots() != nil else {
      return .text("nothing is published yet\n", status: 503)
    }
    return .text("ready\n")
  }

  private func adsz() -> JSONValue {
    let clients = sources.clients()
    let missing = interfaces.withLock { book in
      for client in clients { book.learn(from: client.node) }
      return book.missing(besides: clients.map(\.node), in: mesh)
    }
    return clientPage(of: clients, interfaces: missing)
  }

  private func configDump(_ request: DebugRequest) -> DebugResponse {
    let clients = sources.clients()
    let choice = ClientChoice(proxyID: request.query["proxyID"] ?? "", among: clients)
    switch choice {
    case .found(let streams):
      guard let snapshots = sources.snapshots() else {
        return .problem(503, "nothing is published yet")
      }
      return .json(configDumpPage(of: streams, snapshots: snapshots))
    case .unsaid(let known):
      return .problem(400, "want ?proxyID=NODE_ID", ["clients": JSONValue(known)])
    case .unknown(let known):
      return .problem(404, "no such client is connected", ["clients": JSONValue(known)])
    case .several(let matching):
      return .problem(400, "several clients match; want one", ["clients": JSONValue(matching)])
    }
  }
}
