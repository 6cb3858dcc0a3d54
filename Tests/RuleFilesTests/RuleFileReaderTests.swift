import MeshModel
import RuleFiles
import Testing

@Suite("Reading rule files")
struct RuleFileReaderTests {
  @Test("a file that is too large is refused before it is parsed")
  func size() {
    let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: RuleFileReader.sizeLimit + 1)
    let file = RuleFileReader.read(bytes, file: "large.yaml")
    #expect(file.findings.map(\.code) == [.tooLarge])
    #expect(file.findings.first?.description.hasPrefix("large.yaml: found 16777217 bytes") == true)
  }

  @Test("aliases that unfold to billions of nodes cost no time")
  func laughs() {
    var text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    let names = (0..<30).map { "n\($0)" }
    for (last, name) in zip(["a"] + names, names) {
      text +=
        "\(name): &\(name) [\(Array(repeating: "*\(last)", count: 10).joined(separator: ", "))]\n"
      text += "? *\(name)\n: 1\n"
    }
    let time = ContinuousClock().measure {
      let file = RuleFileReader.read(text: text, file: "laughs.yaml")
      #expect(file.findings.map(\.code) == [.tooComplex])
    }
    #expect(time < .seconds(5))
  }

  @Test("a file's own use of the private characters doesn't change its text")
  func privateUse() throws {
    let text = """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata:
        name: "a"
      spec:
        host: "*.example.com"
        subsets:
        - name: v1
          labels: {a: "\u{e000}*\u{e001}", b: "\u{f8ff}"}
      """
    let file = RuleFileReader.read(text: text, file: "a.yaml")
    #expect(file.findings == [])
    guard case .destinationRule(let rule) = try #require(file.documents.first).object else {
      Issue.record("no DestinationRule")
      return
    }
    #expect(rule.host == "*.example.com")
    #expect(rule.subsets[0].labels == ["a": "\u{e000}*\u{e001}", "b": "\u{f8ff}"])
  }

  @Test(
    "every part of an object has a place",
    arguments: [
      ("metadata.name", 4, 9), ("spec.http", 7, 3), ("spec.http[0]", 8, 5),
      ("spec.http[0].route[1].destination.host", 13, 15), ("spec.http[0].route[1].weight", 14, 15),
      // What isn't there leads to what is around it.
      ("spec.http[0].route[0].weight", 10, 7), ("spec.http[9]", 7, 3), ("spec.tls[0]", 5, 1),
    ]
  )
  func places(_ path: String, _ line: Int, _ column: Int) throws {
    let text = """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: greeter
      spec:
        hosts: [greeter]
        http:
        - name: first
          route:
          - destination:
              host: greeter
          - destination:
              host: greeter
            weight: 10
      """
    let file = RuleFileReader.read(text: text, file: "a.yaml")
    let source = try #require(file.documents.first).source
    #expect(source.place(of: path) == SourcePlace(file: "a.yaml", line: line, column: column))
  }

  @Test("objects of one name in two files are an error that names both places")
  func duplicates() {
    let text = """
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: a}
      spec: {address: 10.0.0.1}
      """
    let files = MeshFiles(["a.yaml", "b.yaml"].map { RuleFileReader.read(text: text, file: $0) })
    #expect(
      files.errors.map(\.description) == [
        "b.yaml:3:18: WorkloadEntry default/a is there twice, first in a.yaml:3:18; want it once"
      ]
    )
  }

  @Test("ten thousand rules are read in a moment")
  func manyRules() {
    var text = """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: greeter
      spec:
        hosts: [greeter]
        http:

      """
    for number in 0..<10_000 {
      text += """
          - match:
            - headers:
                user:
                  exact: user-\(number)
            route:
            - destination:
                host: greeter

        """
    }
    var file = MeshFile(name: "")
    let time = ContinuousClock().measure {
      file = RuleFileReader.read(text: text, file: "many.yaml")
    }
    #expect(file.findings == [])
    guard case .virtualService(let service)? = file.documents.first?.object else {
      Issue.record("no VirtualService")
      return
    }
    #expect(service.http.count == 10_000)
    // In a debug build, on a busy machine.
    #expect(time < .seconds(30))
  }
}
