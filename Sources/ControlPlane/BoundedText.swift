internal import XDSCore

extension String {
  /// The longest beginning of at most `count` bytes of UTF-8 that splits no Unicode scalar.
  func prefix(utf8Bytes count: Int) -> String {
    guard utf8.count > count else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: count)
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}

extension Node {
  /// The node with every text cut to length, since a client says of itself what it likes.
  func bounded(by limits: ControlPlane.Limits) -> Node {
    Node(
      id: id.prefix(utf8Bytes: limits.maxNodeIDBytes),
      cluster: cluster.prefix(utf8Bytes: limits.maxNodeIDBytes),
      userAgentName: userAgentName.prefix(utf8Bytes: limits.maxNodeIDBytes),
      userAgentVersion: userAgentVersion.prefix(utf8Bytes: limits.maxNodeIDBytes),
      clientFeatures: clientFeatures.prefix(limits.maxNodeFields)
        .map { $0.prefix(utf8Bytes: limits.maxNodeIDBytes) },
      metadata: metadata.bounded(by: limits),
      labels: labels.bounded(by: limits)
    )
  }
}

extension [String: String] {
  /// At most `maxNodeFields` entries, first by key; an entry with a key too long is left out,
  /// since a key that was cut might be taken for another.
  fileprivate func bounded(by limits: ControlPlane.Limits) -> [String: String] {
    let short = filter { $0.key.utf8.count <= limits.maxNodeIDBytes }
    let kept =
      short.count <= limits.maxNodeFields
      ? Array(short) : Array(short.sorted { $0.key < $1.key }.prefix(limits.maxNodeFields))
    return Dictionary(
      uniqueKeysWithValues: kept.map { ($0.key, $0.value.prefix(utf8Bytes: limits.maxReasonBytes)) }
    )
  }
}
