import MeshModel
import RuleFiles
import Synchronization
import Verbs

/// What a verb wrote and said.
final class Said: Sendable {
  private let lines = Mutex<(data: [String], messages: [String])>(([], []))

  var data: [String] { lines.withLock { $0.data } }
  var messages: [String] { lines.withLock { $0.messages } }
  var text: String { data.joined(separator: "\n") }
  var message: String { messages.joined(separator: "\n") }

  var output: VerbOutput {
    VerbOutput(
      onData: { line in self.lines.withLock { $0.data.append(line) } },
      onMessage: { line in self.lines.withLock { $0.messages.append(line) } },
      now: { Timestamp(microseconds: 1_000_000) }
    )
  }
}

/// Files as a test writes them.
enum Sample {
  static let rule = """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata:
      name: greeter
    spec:
      host: greeter
      subsets:
      - name: v1
        labels:
          version: v1
      - name: v2
        labels:
          version: v2
    """

  static func service(_ first: Int, _ second: Int) -> String {
    """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata:
      name: greeter
    spec:
      hosts:
      - greeter
      http:
      - route:
        - destination:
            host: greeter
            subset: v1
          weight: \(first)
        - destination:
            host: greeter
            subset: v2
          weight: \(second)
    """
  }

  static func input(_ texts: String...) -> RuleInput {
    RuleInput(
      MeshFiles(
        texts.enumerated().map { RuleFileReader.read(text: $1, file: "file\($0 + 1).yaml") }
      )
    )
  }

  /// A book with the rule and the service.
  static var rules: MeshRules {
    (try? MeshRules().applying(.applyObjects(input(rule, service(90, 10)).objects))) ?? MeshRules()
  }
}
