/// The 64-bit FNV-1a hash: the same on every run, unlike Swift's own.
struct FNV1a: Hashable, Sendable {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  init() {}

  init(_ text: String) {
    combine(text)
  }

  mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(byte) }
    // A byte that UTF-8 never has, so that ["ab", "c"] and ["a", "bc"] differ.
    combine(0xff as UInt8)
  }

  mutating func combine(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  /// The hash as 16 hexadecimal digits.
  var hexadecimal: String {
    String(unsafeUninitializedCapacity: 16) { buffer in
      for index in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * index)) & 0xf
        buffer[index] = digit < 10 ? digit + 0x30 : digit + 0x57
      }
      return 16
    }
  }
}
