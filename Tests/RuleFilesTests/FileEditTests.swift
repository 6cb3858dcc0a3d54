import MeshModel
import RuleFiles
import TestSupport
import Testing

@Suite("Editing files")
struct FileEditTests {
  private static let text = """
    # Rules of the greeter.
    apiVersion: networking.istio.io/v1beta1   # an older version
    kind: VirtualService
    metadata:
      name: greeter
    spec:
      hosts: [greeter]   # short
      http:
      # Admins first.
      - name: admins
        match:
        - headers:
            user: {exact: "admin"}
        route:
        - destination: {host: greeter, subset: v2}
      # Everybody else.
      - route:
        - destination:
            host: greeter
            subset: v1
          weight: 90   # most
        - destination:
            host: greeter
            subset: v2
          weight: 10   # a few
        timeout: 1500ms
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: greeter}
    ---
    # Subsets.
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata:
      name: greeter
    spec:
      host: greeter
      subsets:
      - name: v1
        labels: {version: v1}

    """

  private static func service(in text: String) throws -> VirtualService {
    let file = RuleFileReader.read(text: text, file: "a.yaml")
    guard case .virtualService(let service)? = file.documents.first?.object else {
      throw EditTestError()
    }
    return service
  }

  private struct EditTestError: Error {}

  /// The lines of the text that an edit takes away and puts in.
  private static func change(
    _ edit: (inout VirtualService) -> Void
  ) throws -> (removed: [String], added: [String]) {
    var service = try service(in: text)
    edit(&service)
    let result = try FileEdit.text(text, putting: [.virtualService(service)], file: "a.yaml")
    #expect(try Self.service(in: result) == service)
    let difference = result.split(separator: "\n", omittingEmptySubsequences: false)
      .difference(from: text.split(separator: "\n", omittingEmptySubsequences: false))
    return (
      difference.removals.map { if case .remove(_, let line, _) = $0 { String(line) } else { "" } },
      difference.insertions.map {
        if case .insert(_, let line, _) = $0 { String(line) } else { "" }
      }
    )
  }

  @Test("changed weights are replaced in their places, with their comments")
  func weights() throws {
    let change = try Self.change {
      $0.http[1].destinations[0].weight = Weight(clamping: 50)
      $0.http[1].destinations[1].weight = Weight(clamping: 50)
    }
    #expect(change.removed == ["      weight: 90   # most", "      weight: 10   # a few"])
    #expect(change.added == ["      weight: 50   # most", "      weight: 50   # a few"])
  }

  @Test("a changed header value keeps its quotes and the brackets around it")
  func headerValue() throws {
    let change = try Self.change {
      $0.http[0].matches[0].headers[0].match = .exact("root")
      $0.http[0].destinations[0].subset = "v3"
    }
    #expect(
      change.added == [
        "        user: {exact: \"root\"}", "    - destination: {host: greeter, subset: v3}",
      ]
    )
    #expect(change.removed.count == 2)
  }

  @Test("a new field stands behind its neighbours, and one that goes takes only its line")
  func fields() throws {
    let change = try Self.change {
      $0.http[1].timeout = nil
      $0.http[1].rewrite = HTTPRewrite(path: .prefix("/new"))
    }
    #expect(change.removed == ["    timeout: 1500ms"])
    #expect(change.added == ["    rewrite:", "      uri: /new"])
  }

  @Test("a new rule stands alone, behind the one before it")
  func insertedRule() throws {
    let change = try Self.change {
      $0.http.insert(
        HTTPRoute(
          matches: [HTTPMatch(uri: .prefix("/a"))],
          destinations: [RouteDestination(host: "greeter", weight: .hundred)]
        ),
        at: 1
      )
    }
    #expect(change.removed == [])
    #expect(
      change.added == [
        "  - match:", "    - uri:", "        prefix: /a", "    route:", "    - destination:",
        "        host: greeter",
      ]
    )
  }

  @Test("a rule that goes takes nothing of its neighbours")
  func removedRule() throws {
    let change = try Self.change { $0.http.remove(at: 0) }
    #expect(change.removed.count == 6)
    #expect(change.added == [])
  }

  @Test("an object that goes takes its document, and a new one gets one at the end")
  func documents() throws {
    let service = try Self.service(in: Self.text)
    let entry = MeshObject.workloadEntry(
      WorkloadEntry(name: ResourceName(name: "w"), endpoint: WorkloadEntry.Endpoint(address: "::1"))
    )
    let result = try FileEdit.text(
      Self.text,
      putting: [entry],
      deleting: [MeshObject.virtualService(service).key],
      file: "a.yaml"
    )
    let objects = RuleFileReader.read(text: result, file: "a.yaml").documents.map(\.object)
    #expect(objects.map(\.kind) == [.destinationRule, .workloadEntry])
    #expect(result.contains("kind: Service\n"))
    #expect(result.contains("# Subsets."))
  }

  @Test("a JSON file stays JSON")
  func json() throws {
    var service = try Self.service(in: Self.text)
    let text = RuleWriter.json(.virtualService(service)) + "\n"
    service.http[1].rewrite = HTTPRewrite(authority: "a")
    let result = try FileEdit.text(text, putting: [.virtualService(service)], file: "a.json")
    #expect(result == RuleWriter.json(.virtualService(service)) + "\n")
  }

  @Test("a file with errors isn't touched")
  func errors() {
    #expect(throws: RuleReadingError.self) {
      try FileEdit.text("kind: [", putting: [], file: "a.yaml")
    }
  }

  @Test(
    "after any edit a file reads as what was wanted, and other documents stay as they were",
    arguments: 0..<4
  )
  func random(_ part: Int) throws {
    var random = RandomRules(seed: 300 + UInt64(part))
    for round in 0..<60 {
      let first = random.virtualService()
      var second = random.destinationRule()
      second.name = first.name
      let head = "# The first.\n" + RuleWriter.yaml([.virtualService(first)]) + "# Behind it.\n"
      let text = head + "---\n# The second.\n" + RuleWriter.yaml([.destinationRule(second)])
      var changed = first
      if round % 2 == 0 {
        changed = random.virtualService()
        changed.name = first.name
      } else if !changed.http.isEmpty {
        changed.http[0] = random.httpRoute()
        changed.http.append(random.httpRoute())
      }
      let result = try FileEdit.text(text, putting: [.virtualService(changed)], file: "a.yaml")
      let read = RuleFileReader.read(text: result, file: "a.yaml")
      #expect(read.documents.map(\.object) == [.virtualService(changed), .destinationRule(second)])
      #expect(result.hasPrefix("# The first.\n"))
      #expect(result.hasSuffix(text.dropFirst(head.count)))
    }
  }
}
