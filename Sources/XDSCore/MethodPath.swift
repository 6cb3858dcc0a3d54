extension RouteMatch.Path {
  /// The path for a client that sees `/SayHello` where the call's path is `/api.Greeter/SayHello`;
  /// nil where there is none.
  ///
  /// What has one segment only is already in that form, save for a prefix that can be nothing but a
  /// service's name, since it has a dot. The service itself can't be matched on: a host's calls are
  /// taken to be for one.
  var forMethodNames: RouteMatch.Path? {
    switch self {
    case .prefix(""), .prefix("/"), .regex(".*"), .regex("/.*"):
      return .prefix("/")
    case .exact(let path):
      guard let segments = Self.segments(path), let method = segments.last, !method.isEmpty else {
        return nil
      }
      return .exact("/\(method)")
    case .prefix(let path):
      guard let segments = Self.segments(path), let last = segments.last else { return nil }
      return .prefix(segments.count == 1 && last.contains(".") ? "/" : "/\(last)")
    case .regex:
      return nil
    }
  }

  /// The parts of `/a` or `/a/b`; nil for any other path.
  private static func segments(_ path: String) -> [Substring]? {
    guard path.hasPrefix("/") else { return nil }
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count <= 2, segments.first?.isEmpty == false else { return nil }
    return segments
  }
}
