extension String {
  /// Calls `body` with the UTF-8 bytes; copies them only where the string isn't native.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    utf8.withContiguousStorageIfAvailable(body) ?? Array(utf8).withUnsafeBufferPointer(body)
  }

  /// Its bytes with ASCII letters in lower case.
  var lowercasedBytes: [UInt8] { utf8.map(\.asciiLowercased) }
}

/// Comparisons as plain loops: the generic ones of the standard library may allocate where they
/// aren't specialized.
extension UnsafeBufferPointer<UInt8> {
  func equals(_ text: [UInt8]) -> Bool {
    count == text.count && holds(text, at: 0)
  }

  func begins(with prefix: [UInt8]) -> Bool {
    count >= prefix.count && holds(prefix, at: 0)
  }

  func ends(with suffix: [UInt8]) -> Bool {
    count >= suffix.count && holds(suffix, at: count - suffix.count)
  }

  /// O(n·m): for header values.
  func contains(_ part: [UInt8]) -> Bool {
    var offset = 0
    while offset + part.count <= count {
      if holds(part, at: offset) { return true }
      offset += 1
    }
    return false
  }

  /// Whether it begins with what `lowercase` has in lower case, in whatever case.
  func beginsIgnoringCase(with lowercase: [UInt8]) -> Bool {
    guard count >= lowercase.count else { return false }
    var index = 0
    while index < lowercase.count {
      if self[index].asciiLowercased != lowercase[index] { return false }
      index += 1
    }
    return true
  }

  private func holds(_ part: [UInt8], at offset: Int) -> Bool {
    var index = 0
    while index < part.count {
      if self[offset + index] != part[index] { return false }
      index += 1
    }
    return true
  }
}

extension UInt8 {
  var asciiLowercased: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }
}
