import XDSCore

/// Tells of most routes of a large table that they can't take a call, without a look at them.
///
/// A route that wants a header is passed over where the call has none of the name, or another value
/// than the one that it wants exactly. What passes is still to be matched.
struct RouteSieve: Sendable {
  /// What one route wants of a header.
  private struct Want: Sendable {
    /// Where the header stands in ``names``; below 0 where the route may take any call.
    var name: Int32 = -1
    var isExact = false
    /// Of the value, where it is exact.
    var hash: UInt64 = 0
  }

  /// A call's headers, as far as routes want them.
  struct Call {
    fileprivate enum Value {
      case absent
      case hash(UInt64)
      /// Several values, any of which may count.
      case several
    }

    fileprivate var values: [Value]
  }

  /// Smaller tables are quicker looked through route by route.
  private static let leastRoutes = 64

  private let names: [String]
  private let wants: [Want]

  /// nil where it would be of no use.
  init?(_ routes: [CompiledRoute]) {
    guard routes.count >= RouteSieve.leastRoutes else { return nil }
    var places: [String: Int32] = [:]
    var names: [String] = []
    wants = routes.map { route in
      guard let wanted = route.wantedHeader else { return Want() }
      let place = places[wanted.name] ?? Int32(clamping: names.count)
      if places.updateValue(place, forKey: wanted.name) == nil { names.append(wanted.name) }
      let hash = wanted.value.map { $0.withUnsafeBufferPointer(XXHash64.hash) }
      return Want(name: place, isExact: hash != nil, hash: hash ?? 0)
    }
    guard !names.isEmpty else { return nil }
    self.names = names
  }

  /// Looks up once what all routes want to know of a call.
  func call(_ headers: borrowing some HeaderLookup) -> Call {
    var call = Call(values: [])
    call.values.reserveCapacity(names.count)
    for name in names {
      guard let value = headers.headerValue(named: name) else {
        call.values.append(.absent)
        continue
      }
      let isOne = !value.utf8.contains(UInt8(ascii: ","))
      call.values.append(isOne ? .hash(XXHash64.hash(value)) : .several)
    }
    return call
  }

  /// Whether the route of an index may take the call.
  func passes(_ index: Int, _ call: Call) -> Bool {
    let want = wants[index]
    guard want.name >= 0 else { return true }
    switch call.values[Int(want.name)] {
    case .absent: return false
    case .several: return true
    case .hash(let hash): return !want.isExact || hash == want.hash
    }
  }
}
