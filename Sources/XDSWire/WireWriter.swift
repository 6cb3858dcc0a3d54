/// Writes protobuf's wire format by field number, for the few messages where speed counts.
///
/// As in proto3, fields with their default value are left out; a nested message never is.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  mutating func varint(_ field: UInt64, _ value: UInt64) {
    guard value != 0 else { return }
    raw(field << 3)
    raw(value)
  }

  mutating func double(_ field: UInt64, _ value: Double) {
    raw(field << 3 | 1)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
    }
  }

  mutating func string(_ field: UInt64, _ value: String) {
    guard !value.isEmpty else { return }
    raw(field << 3 | 2)
    raw(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  /// An entry of a `map<string, string>`.
  mutating func pair(_ field: UInt64, _ key: String, _ value: String) {
    message(field) { entry in
      entry.string(1, key)
      entry.string(2, value)
    }
  }

  /// A `google.protobuf.Timestamp` or `Duration`, which have the same two fields.
  mutating func seconds(_ seconds: Int64, nanos: Int32) {
    varint(1, UInt64(bitPattern: seconds))
    varint(2, UInt64(bitPattern: Int64(nanos)))
  }

  /// A nested message; its length is found by writing it.
  mutating func message(_ field: UInt64, _ body: (inout WireWriter) -> Void) {
    raw(field << 3 | 2)
    // One byte is enough for most; a longer length moves what follows.
    let place = bytes.count
    bytes.append(0)
    body(&self)
    var length = UInt64(bytes.count - place - 1)
    if length < 0x80 {
      bytes[place] = UInt8(length)
    } else {
      var prefix: [UInt8] = []
      while length >= 0x80 {
        prefix.append(UInt8(truncatingIfNeeded: length) | 0x80)
        length >>= 7
      }
      prefix.append(UInt8(length))
      bytes.replaceSubrange(place...place, with: prefix)
    }
  }

  private mutating func raw(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
