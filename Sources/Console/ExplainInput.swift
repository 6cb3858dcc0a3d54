import MeshModel
import MeshPicture

/// What the operator types to have a call explained.
///
/// Words, parted by blanks: `user=admin` is a header, `/api.Greeter/SayHello` the path,
/// `client:NAME` the client whose configuration is looked at too. Values with blanks stand in double
/// quotes.
enum ExplainInput {
  static let clientPrefix = "client:"

  /// - Throws: ``MeshConfigError`` with code `matchMalformed`.
  static func parse(_ text: String, authority: String) throws(MeshConfigError) -> ExplainRequest {
    var request = ExplainRequest(authority: authority)
    for word in try words(of: text) {
      if word.hasPrefix("/") {
        request.path = word
      } else if word.hasPrefix(clientPrefix) {
        request.client = String(word.dropFirst(clientPrefix.count))
      } else {
        request.headers.append(try header(word))
      }
    }
    return request
  }

  /// The input that asks about a call of the log.
  static func text(of request: ExplainRequest) -> String {
    var words = request.path == "/" ? [] : [request.path]
    words += request.headers.map { "\($0.name)=\(quoted($0.value))" }
    if let client = request.client { words.append(clientPrefix + client) }
    return words.joined(separator: " ")
  }

  private static func quoted(_ value: String) -> String {
    value.contains(" ") ? "\"\(value)\"" : value
  }

  private static func header(_ word: String) throws(MeshConfigError) -> HeaderField {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw MeshConfigError(
        .matchMalformed,
        "\(word) is no header; want user=admin, a /path or client:NAME"
      )
    }
    return HeaderField(name: parts[0].lowercased(), value: String(parts[1]))
  }

  private static func words(of text: String) throws(MeshConfigError) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case " " where !isQuoted:
        if !word.isEmpty { words.append(word) }
        word = ""
      default: word.append(character)
      }
    }
    guard !isQuoted else {
      throw MeshConfigError(
        .matchMalformed,
        "a \" is not closed; want another one behind the value"
      )
    }
    return word.isEmpty ? words : words + [word]
  }
}

extension ConsoleModel {
  /// Why no call can be explained now.
  var explainBlocker: String? {
    if shown == nil { return "there is no picture of the mesh yet" }
    return service == nil ? "the mesh has no service yet" : nil
  }

  mutating func askForCall() {
    open(.explain, explained)
  }

  /// Why the call that the operator is on can't be explained.
  var whyBlocker: String? {
    (shown?.calls.rows ?? []).isEmpty ? "there is no call yet" : nil
  }

  /// Asks why a call of the log went where it went: the marked one, or the newest.
  mutating func askWhy() -> [ConsoleEffect] {
    guard let rows = shown?.calls.rows, !rows.isEmpty else { return [] }
    let window = CallsWindow(rows: rows, place: callsPlace, visible: 1)
    let row = rows[window.cursor ?? rows.count - 1]
    let request = ExplainRequest(row)
    explained = ExplainInput.text(of: request)
    return read("Why call \(row.sequence)", .explain(request))
  }

  var authority: String { service.map { "\($0.host):\($0.port)" } ?? "" }
}
