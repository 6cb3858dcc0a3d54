import XDSCore

/// Reads config versions, each text once.
struct VersionCache: Sendable {
  private static let limit = 256

  private var parsed: [String: ConfigVersion?] = [:]
  private var lastText = ""
  private var last: ConfigVersion?

  /// - Returns: nil for an empty text and for one that is not of Weir's making.
  mutating func parse(_ text: String) -> ConfigVersion? {
    // Call after call has the same.
    if text == lastText { return last }
    lastText = text
    if let known = parsed[text] {
      last = known
    } else {
      if parsed.count >= VersionCache.limit { parsed.removeAll(keepingCapacity: true) }
      last = ConfigVersion(text)
      parsed[text] = .some(last)
    }
    return last
  }
}
