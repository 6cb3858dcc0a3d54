internal import Foundation

/// What a request asks for.
struct DebugRequest: Hashable, Sendable {
  var method: String
  /// Without query; `/` for an empty one.
  var path: String
  /// The first value of each name, decoded.
  var query: [String: String]

  /// Reads a request's target, which is a path or a whole URL.
  init(method: String, target: String) {
    self.method = method
    var target = Substring(target)
    if let scheme = target.range(of: "://"), !target.hasPrefix("/") {
      let rest = target[scheme.upperBound...]
      target = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    target = target.prefix { $0 != "#" }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.first.map(Self.decoded) ?? ""
    self.path = path.isEmpty ? "/" : path
    var query: [String: String] = [:]
    for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.decoded(sides[0])
      if query[name] == nil { query[name] = sides.count > 1 ? Self.decoded(sides[1]) : "" }
    }
    self.query = query
  }

  /// The text with its %-escapes replaced; as it is where they are wrong.
  private static func decoded(_ text: Substring) -> String {
    text.removingPercentEncoding ?? String(text)
  }
}

/// What is answered to a request.
struct DebugResponse: Hashable, Sendable {
  /// The status line's code.
  var status: Int
  var contentType: String
  /// More header fields, lower-case names.
  var fields: [String: String] = [:]
  var body: [UInt8]

  static func text(_ text: String, status: Int = 200) -> DebugResponse {
    DebugResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  static func json(_ value: JSONValue, status: Int = 200) -> DebugResponse {
    do {
      return DebugResponse(status: status, contentType: "application/json", body: try value.text())
    } catch {
      return .text("can't write the page: \(error)\n", status: 500)
    }
  }

  /// An error with a sentence, and what there is instead.
  static func problem(
    _ status: Int,
    _ message: String,
    _ more: [String: JSONValue] = [:]
  ) -> DebugResponse {
    .json(.object(more.merging(["error": .string(message)]) { _, error in error }), status: status)
  }
}
