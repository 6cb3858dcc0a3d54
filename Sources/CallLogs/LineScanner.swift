/// Reads the bytes of a line from left to right.
struct LineScanner {
  private let bytes: ArraySlice<UInt8>
  private(set) var index: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  /// The next byte; nil at the end.
  var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

  mutating func take() -> UInt8? {
    guard let byte = next else { return nil }
    index += 1
    return byte
  }

  /// Takes the byte if it is the next one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  /// Takes the word if it is what comes next.
  mutating func take(_ word: [UInt8]) -> Bool {
    guard bytes[index...].starts(with: word) else { return false }
    index += word.count
    return true
  }

  /// Goes on behind the word's first occurrence; stays where there is none.
  mutating func skip(past word: [UInt8]) -> Bool {
    let found = bytes.withUnsafeBufferPointer { bytes -> Int? in
      let start = index - self.bytes.startIndex
      guard let first = word.first, bytes.count - start >= word.count else { return nil }
      for position in start...(bytes.count - word.count) where bytes[position] == first {
        if word.indices.allSatisfy({ bytes[position + $0] == word[$0] }) { return position }
      }
      return nil
    }
    guard let found else { return false }
    index = bytes.startIndex + found + word.count
    return true
  }

  mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D { index += 1 }
  }

  /// Takes an equals sign (or a colon), and blanks around it.
  mutating func takeEquals() -> Bool {
    skipBlanks()
    guard take(UInt8(ascii: "=")) || take(UInt8(ascii: ":")) else { return false }
    skipBlanks()
    return true
  }

  /// Takes a whole number of exactly so many decimal digits.
  mutating func number(digits: Int) -> Int? {
    guard bytes.endIndex - index >= digits else { return nil }
    var value = 0
    for position in index..<(index + digits) {
      let byte = bytes[position]
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    index += digits
    return value
  }

  /// Takes letters, digits and underscores, as many as there are.
  mutating func word() -> ArraySlice<UInt8> {
    let start = index
    while let byte = next, byte.isWordByte { index += 1 }
    return bytes[start..<index]
  }
}

extension UInt8 {
  fileprivate var isWordByte: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
      || self == 0x5F
  }
}
