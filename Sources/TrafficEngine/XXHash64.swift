/// XXH64 with seed 0, by which gRPC and Envoy hash for `RING_HASH`.
///
/// The algorithm is Yann Collet's; <https://github.com/Cyan4973/xxHash> has its specification.
package enum XXHash64 {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5
  )

  /// The hash of a text's UTF-8 bytes; O(n), allocates nothing for a native string.
  package static func hash(_ text: String) -> UInt64 { text.withBytes(hash) }

  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var offset = 0
    var result = bytes.count >= 32 ? stripes(bytes, &offset) : primes.4
    result &+= UInt64(bytes.count)
    while offset + 8 <= bytes.count {
      result = (result ^ round(0, bytes.word(at: offset))).rotated(27) &* primes.0 &+ primes.3
      offset += 8
    }
    if offset + 4 <= bytes.count {
      let half = bytes.number(at: offset, bytes: 4)
      result = (result ^ (half &* primes.0)).rotated(23) &* primes.1 &+ primes.2
      offset += 4
    }
    while offset < bytes.count {
      result = (result ^ (UInt64(bytes[offset]) &* primes.4)).rotated(11) &* primes.0
      offset += 1
    }
    return avalanche(result)
  }

  /// Takes all whole stripes of 32 bytes.
  private static func stripes(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ offset: inout Int
  ) -> UInt64 {
    var lanes = (primes.0 &+ primes.1, primes.1, 0 as UInt64, 0 &- primes.0)
    while offset + 32 <= bytes.count {
      lanes.0 = round(lanes.0, bytes.word(at: offset))
      lanes.1 = round(lanes.1, bytes.word(at: offset + 8))
      lanes.2 = round(lanes.2, bytes.word(at: offset + 16))
      lanes.3 = round(lanes.3, bytes.word(at: offset + 24))
      offset += 32
    }
    var result = lanes.0.rotated(1) &+ lanes.1.rotated(7)
    result = result &+ lanes.2.rotated(12) &+ lanes.3.rotated(18)
    result = merged(result, lanes.0)
    result = merged(result, lanes.1)
    result = merged(result, lanes.2)
    return merged(result, lanes.3)
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    (lane &+ word &* primes.1).rotated(31) &* primes.0
  }

  private static func merged(_ result: UInt64, _ lane: UInt64) -> UInt64 {
    (result ^ round(0, lane)) &* primes.0 &+ primes.3
  }

  private static func avalanche(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 33)) &* primes.1
    value = (value ^ (value >> 29)) &* primes.2
    return value ^ (value >> 32)
  }
}

extension UInt64 {
  fileprivate func rotated(_ bits: UInt64) -> UInt64 { (self << bits) | (self >> (64 - bits)) }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func word(at offset: Int) -> UInt64 { number(at: offset, bytes: 8) }

  /// Little endian.
  fileprivate func number(at offset: Int, bytes count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
    return value
  }
}
