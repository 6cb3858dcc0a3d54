/// Reads IP addresses as text, without a system call.
package enum IPAddressText {
  /// Whether it is an IPv4 or IPv6 address; host names and addresses with a zone are none.
  package static func isIPAddress(_ text: some StringProtocol) -> Bool {
    isIPv4(text) || isIPv6(text)
  }

  /// Four numbers of 0 to 255, none with a leading zero.
  static func isIPv4(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(isDigit)
          && UInt8(part) != nil && (part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"))
      }
  }

  /// Eight groups of up to four hexadecimal digits; `::` may stand once for groups of zeros, and an
  /// IPv4 address for the last two groups.
  static func isIPv6(_ text: some StringProtocol) -> Bool {
    let halves = splitAtDoubleColon(String(text))
    switch halves.count {
    case 1:
      return groupCount(halves[0], mayEndInIPv4: true) == 8
    case 2:
      guard let head = halves[0].isEmpty ? 0 : groupCount(halves[0], mayEndInIPv4: false),
        let tail = halves[1].isEmpty ? 0 : groupCount(halves[1], mayEndInIPv4: true)
      else { return false }
      return head + tail <= 7
    default:
      return false
    }
  }

  private static func groupCount(_ text: String, mayEndInIPv4: Bool) -> Int? {
    let groups = text.split(separator: ":", omittingEmptySubsequences: false)
    var count = 0
    for (index, group) in groups.enumerated() {
      if mayEndInIPv4, index == groups.count - 1, isIPv4(group) {
        count += 2
      } else if (1...4).contains(group.utf8.count), group.utf8.allSatisfy(isHexDigit) {
        count += 1
      } else {
        return nil
      }
    }
    return count
  }

  private static func splitAtDoubleColon(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var isAfterColon = false
    for scalar in text.unicodeScalars {
      if scalar == ":", isAfterColon {
        part.unicodeScalars.removeLast()
        parts.append(part)
        part = ""
        isAfterColon = false
      } else {
        part.unicodeScalars.append(scalar)
        isAfterColon = scalar == ":"
      }
    }
    return parts + [part]
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
