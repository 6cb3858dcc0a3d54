/// Reads IP addresses as text, without a system call.
package enum IPAddressText {
  /// Whether it is an IPv4 or IPv6 address; host names and addresses with a zone are none.
  package static func isIPAddress(_ text: some StringProtocol) -> Bool {
    canonical(String(text)) != nil
  }

  /// The one spelling of an address that its others are brought to; nil for what is none, host names
  /// among it.
  ///
  /// IPv6 comes out as RFC 5952 asks, but for an IPv4 address in it, which becomes two groups.
  package static func canonical(_ text: String) -> String? {
    if let bytes = version4(text) { return bytes.map(String.init).joined(separator: ".") }
    return version6(text).map(spelled)
  }

  private static func version4(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      // Digits only, and no leading zero, which some readers take for octal.
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part),
        part == "0" || !part.hasPrefix("0")
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func version6(_ text: String) -> [UInt16]? {
    guard text.utf8.count <= 45, text.contains(":") else { return nil }
    guard let gap = text.firstRange(of: "::") else {
      guard let groups = groups(text[...]), groups.count == 8 else { return nil }
      return groups
    }
    let (before, after) = (text[..<gap.lowerBound], text[gap.upperBound...])
    guard !after.contains("::"), !after.hasPrefix(":"), !before.contains("."),
      let head = before.isEmpty ? [] : groups(before),
      let tail = after.isEmpty ? [] : groups(after),
      head.count + tail.count < 8
    else { return nil }
    return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
  }

  /// Groups between single colons; the last may be an IPv4 address.
  private static func groups(_ text: Substring) -> [UInt16]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, let bytes = version4(part) {
        groups.append(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        groups.append(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        continue
      }
      guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
        let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }

  private static func spelled(_ groups: [UInt16]) -> String {
    var longest = 0..<0
    var index = 0
    while index < groups.count {
      var end = index
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - index > max(longest.count, 1) { longest = index..<end }
      index = max(end, index + 1)
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return text(groups[...]) }
    return "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
  }
}
