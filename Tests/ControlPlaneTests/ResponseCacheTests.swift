import MeshModel
import Testing
import XDSCore

@testable import ControlPlane

@Suite("Encoded responses")
struct ResponseCacheTests {
  private let encoder = ResponseEncoder { Array($0.nonce.utf8) }

  private func response(names: [String]) throws -> ServerResponse {
    var stream = ServerStream(peer: ClientPeer(address: ""))
    let request = DiscoveryRequest(
      typeURL: ResourceType.endpoints.typeURL,
      node: Node(id: "n"),
      resourceNames: names
    )
    let actions = stream.receive(
      .stateOfTheWorld(request),
      snapshot: Walkthrough.Revisions().next(),
      time: .zero
    )
    return try #require(
      actions.lazy.compactMap { if case .send(let response) = $0 { response } else { nil } }.first
    )
  }

  @Test("are made once, however many ask at once")
  func once() async throws {
    let cache = ResponseCache(encoder: encoder, maxResponses: 10, maxBytes: 1_000)
    let response = try response(names: [Walkthrough.v1])
    let lengths = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<100 { group.addTask { try? cache.encoded(response).message.count } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(lengths == [response.nonce.utf8.count])
    #expect(encoder.count == 1)
  }

  @Test("are told apart by the names asked for")
  func names() throws {
    let cache = ResponseCache(encoder: encoder, maxResponses: 10, maxBytes: 1_000)
    for names in [[Walkthrough.v1], [Walkthrough.v2], [Walkthrough.v1, Walkthrough.v2]] {
      _ = try cache.encoded(response(names: names))
      _ = try cache.encoded(response(names: names.reversed()))
    }
    #expect(encoder.count == 3)
  }

  @Test(
    "are made anew where there is no room, and never refused",
    arguments: [(1, 1_000), (10, 1)]
  )
  func full(maxResponses: Int, maxBytes: Int) throws {
    let cache = ResponseCache(encoder: encoder, maxResponses: maxResponses, maxBytes: maxBytes)
    let first = try response(names: [Walkthrough.v1])
    let second = try response(names: [Walkthrough.v2])
    for response in [first, second, first, second] {
      let length = try cache.encoded(response).message.count
      #expect(length == response.nonce.utf8.count)
    }
    #expect(encoder.count == 3)
  }
}
