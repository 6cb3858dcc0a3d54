import GRPCCore
import GRPCProtobuf
import Testing
import XDSProtos

@testable import GRPCServices

private typealias Health = Grpc_Health_V1_Health

@Suite("The health service")
struct HealthServiceTests {
  private func request(_ service: String) -> Grpc_Health_V1_HealthCheckRequest {
    var request = Grpc_Health_V1_HealthCheckRequest()
    request.service = service
    return request
  }

  @Test("answers Check by the book, and NOT_FOUND beyond it")
  func check() async throws {
    let book = HealthStatusBook(["api.Greeter": .notServing])
    try await withLoopback(health: book) { client in
      let health = Health.Client(wrapping: client)
      let whole = try await health.check(request(""))
      #expect(whole.status == .serving)
      #expect(try await health.check(request("api.Greeter")).status == .notServing)
      book.set(.serving, of: "api.Greeter")
      #expect(try await health.check(request("api.Greeter")).status == .serving)
      book.setAll(.notServing)
      #expect(try await health.check(request("")).status == .notServing)
      let error = await #expect(throws: RPCError.self) { try await health.check(request("x")) }
      #expect(error?.code == .notFound)
    }
  }

  @Test("lists every service of the book, and no more than 100")
  func list() async throws {
    let book = HealthStatusBook(["api.Greeter": .notServing])
    try await withLoopback(health: book) { client in
      let health = Health.Client(wrapping: client)
      let list = try await health.list(.init())
      #expect(list.statuses.mapValues(\.status) == ["": .serving, "api.Greeter": .notServing])

      for index in 0..<99 { book.set(.serving, of: "s\(index)") }
      let error = await #expect(throws: RPCError.self) { try await health.list(.init()) }
      #expect(error?.code == .resourceExhausted)
    }
  }

  @Test("tells a watcher the status now and each change, an unknown service among them")
  func watch() async throws {
    let book = HealthStatusBook()
    try await withLoopback(health: book) { client in
      let health = Health.Client(wrapping: client)
      try await health.watch(request("api.Greeter")) { response in
        var statuses = response.messages.makeAsyncIterator()
        let first = try await statuses.next()
        #expect(first?.status == .serviceUnknown)
        book.set(.serving, of: "api.Greeter")
        #expect(try await statuses.next()?.status == .serving)
        // What changes nothing, and what is about another, is not told.
        book.set(.serving, of: "api.Greeter")
        book.set(.notServing, of: "other")
        book.set(.notServing, of: "api.Greeter")
        #expect(try await statuses.next()?.status == .notServing)
        book.set(nil, of: "api.Greeter")
        #expect(try await statuses.next()?.status == .serviceUnknown)
        #expect(book.watcherCount == 1)
      }
    }
  }

  @Test("forgets a watcher that went away")
  func watcherLeaves() async throws {
    let book = HealthStatusBook()
    try await withLoopback(health: book) { client in
      let health = Health.Client(wrapping: client)
      try await health.watch(request("")) { response in
        for try await _ in response.messages { break }
      }
      let deadline = ContinuousClock.now + .seconds(5)
      while book.watcherCount > 0, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(book.watcherCount == 0)
    }
  }
}
