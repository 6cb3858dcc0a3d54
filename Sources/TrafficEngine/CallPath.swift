/// A call's path, taken apart once for all the routes that look at it.
struct CallPath {
  /// As it was asked for.
  let whole: String
  /// What path conditions look at.
  let matched: String
  private let parameters: [Parameter]

  private struct Parameter {
    let name: String
    let value: String
  }

  /// - Parameters:
  ///   - path: `/package.Service/Method`, perhaps with a query.
  ///   - semantics: Says whether the query belongs to the path.
  ///   - readsQuery: Whether any route asks for query parameters.
  init(_ path: String, _ semantics: RouteSemantics, readsQuery: Bool) {
    whole = path
    guard semantics == .envoy, let end = path.utf8.firstIndex(where: CallPath.endsPath) else {
      matched = path
      parameters = []
      return
    }
    matched = String(path[..<end])
    parameters = readsQuery ? CallPath.parameters(of: path) : []
  }

  /// The first value of a query parameter, not decoded; nil where it is absent.
  func queryParameter(named name: String) -> String? {
    for parameter in parameters where parameter.name == name { return parameter.value }
    return nil
  }

  private static func endsPath(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }

  private static func parameters(of path: String) -> [Parameter] {
    guard let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return [] }
    let query = path[path.utf8.index(after: mark)...].utf8
    return query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).map { part in
      let sides = part.split(
        separator: UInt8(ascii: "="),
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      return Parameter(
        name: String(Substring(sides[0])),
        value: sides.count == 2 ? String(Substring(sides[1])) : ""
      )
    }
  }
}
