/// Takes the endpoints of a cluster in turn.
///
/// The number of endpoints may change from one pick to the next; picking then goes on from the
/// place reached.
package struct RoundRobin: Hashable, Sendable {
  private var turn: UInt64

  /// - Parameter turn: A random number, so that many clients don't all begin with one endpoint.
  package init(startingAt turn: UInt64) {
    self.turn = turn
  }

  /// The index of the next of `count` endpoints, from 0; nil where there is none.
  package mutating func next(of count: Int) -> Int? {
    guard count > 0 else { return nil }
    let index = Int(turn % UInt64(count))
    turn = UInt64(index) &+ 1
    return index
  }
}
