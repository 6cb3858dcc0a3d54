import XDSCore

/// Reads config versions, each text once.
struct VersionCache: Sendable {
  private var parsed = Memo<String, ConfigVersion?>(limit: 256)

  /// - Returns: nil for an empty text and for one that is not of Weir's making.
  mutating func parse(_ text: String) -> ConfigVersion? {
    parsed.value(for: text) ?? parsed.keep(ConfigVersion(text), for: text)
  }
}
