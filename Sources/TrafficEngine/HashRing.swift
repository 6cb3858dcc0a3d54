/// Where endpoints stand on a ring of hashes, so that a call's hash chooses one (gRFC A42).
///
/// An endpoint has as many places as its weight says, each at the hash of `address_n`, as in gRPC and
/// Envoy.
package struct HashRing: Sendable {
  package struct Member: Hashable, Sendable {
    /// `address:port`.
    package let key: String
    /// Above 0.
    package let weight: Double

    package init(key: String, weight: Double) {
      self.key = key
      self.weight = weight
    }
  }

  /// gRPC's own limit of the places, whatever the cluster asks for.
  package static let maximumSize: UInt64 = 4096

  /// Sorted.
  private let hashes: [UInt64]
  /// Parallel to ``hashes``: indices of members.
  private let owners: [Int]

  /// Builds a ring of `minimumSize` places at least; O(size · log size).
  package init(_ members: [Member], minimumSize: UInt64) {
    let sum = members.reduce(0) { $0 + $1.weight }
    let shares = members.map { $0.weight / sum }
    let scale = HashRing.scale(shares.min() ?? 1, minimumSize: minimumSize)
    var places: [(hash: UInt64, owner: Int)] = []
    var wanted = 0.0
    for (owner, member) in members.enumerated() {
      wanted += scale * shares[owner]
      var number = 0
      while Double(places.count) < wanted {
        places.append((XXHash64.hash("\(member.key)_\(number)"), owner))
        number += 1
      }
    }
    places.sort { $0.hash < $1.hash }
    hashes = places.map(\.hash)
    owners = places.map(\.owner)
  }

  package var size: Int { hashes.count }

  /// Goes over the members from the one that owns the hash, in the order of the ring, each once,
  /// until the closure says that it is enough.
  package func visit(from hash: UInt64, _ isEnough: (Int) -> Bool) {
    guard !hashes.isEmpty else { return }
    let start = firstPlace(from: hash)
    var seen: Set<Int> = []
    for offset in hashes.indices {
      let owner = owners[(start + offset) % owners.count]
      // The first is nearly always enough; only then is a set needed.
      if offset > 0, seen.contains(owner) { continue }
      if isEnough(owner) { return }
      seen.insert(owner)
    }
  }

  /// The first place at the hash or after it, round the ring.
  private func firstPlace(from hash: UInt64) -> Int {
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low == hashes.count ? 0 : low
  }

  /// How many places a member with all the weight would have: so many that the lightest one has a
  /// whole number of them.
  private static func scale(_ lightest: Double, minimumSize: UInt64) -> Double {
    let minimum = Double(min(max(minimumSize, 1), maximumSize))
    let places = (lightest * minimum).roundedUp
    return min(places / lightest, Double(maximumSize))
  }
}

extension Double {
  /// `rounded(.up)` without the C library; for numbers from 0 to 2^53.
  fileprivate var roundedUp: Double {
    let whole = Double(UInt64(self))
    return whole < self ? whole + 1 : whole
  }
}
