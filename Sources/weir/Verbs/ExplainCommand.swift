import ArgumentParser
import MeshModel
import MeshPicture
import Verbs

/// Explains what becomes of a call.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says which rule takes a call, why earlier ones don't, and where it goes."
  )

  @Argument(help: "What is dialled: a host by any name, with :port where it has several.")
  var service: String

  @Option(
    name: [.customShort("H"), .customLong("header")],
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A header of the call; may be repeated.", valueName: "name=value")
  )
  var headers: [String] = []

  @Option(
    help: ArgumentHelp(
      "The gRPC method, such as SayHello or api.Greeter/SayHello.",
      valueName: "name"
    )
  )
  var method: String?

  @Option(help: ArgumentHelp("The path, such as /api.Greeter/SayHello.", valueName: "path"))
  var path: String?

  @Option(name: .customLong("http-method"), help: "The HTTP method; that of gRPC is POST.")
  var httpMethod = "POST"

  @Option(help: ArgumentHelp("As this client does it: its name or node ID.", valueName: "client"))
  var client: String?

  @Option(help: "As clients of this kind do it (default: grpc).")
  var profile: ProfileName?

  @Option(
    name: .customLong("expect"),
    help: ArgumentHelp("Exit with 1 unless it goes to this subset alone.", valueName: "subset")
  )
  var expected: String?

  @Option(name: .shortAndLong, help: "How to write it.")
  var output = DataFormat.text

  @OptionGroup
  var engine: EngineClientOptions

  func validate() throws {
    _ = try fields
    guard method == nil || path == nil else {
      throw ValidationError("found --method and --path; want one of them")
    }
    guard client == nil || profile == nil else {
      throw ValidationError("found --client and --profile; want one of them")
    }
    if let path, !path.hasPrefix("/") {
      throw ValidationError("--path is \(path); want one that begins with /")
    }
  }

  func run() async throws {
    let request = ExplainRequest(
      authority: service,
      path: path ?? method ?? "/",
      method: httpMethod,
      headers: try fields,
      client: client,
      profile: profile?.rawValue
    )
    let verb = ExplainVerb(request: request, expected: expected, isJSON: output == .json)
    try await runVerb { output in
      try await engine.withEngine { try await verb.run(on: $0, output) }
    }
  }

  private var fields: [HeaderField] {
    get throws {
      try headers.map { text in
        let separator = text.firstIndex { $0 == "=" || $0 == ":" }
        guard let separator, separator > text.startIndex else {
          throw ValidationError("-H is \(text); want name=value")
        }
        let value = text[text.index(after: separator)...]
        let isColon = text[separator] == ":"
        return HeaderField(
          name: text[..<separator].lowercased(),
          value: String(isColon ? value.drop { $0 == " " } : value)
        )
      }
    }
  }
}
