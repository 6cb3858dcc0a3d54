internal import AdminProtos

/// How the places of a list change: some elements go from its beginning, then some go elsewhere and
/// others come in their place.
package struct ListShift: Hashable, Sendable {
  package var dropped = 0
  /// Counts without those dropped.
  package var at = 0
  package var removed = 0
  package var added = 0

  package init(dropped: Int = 0, at: Int = 0, removed: Int = 0, added: Int = 0) {
    self.dropped = dropped
    self.at = at
    self.removed = removed
    self.added = added
  }

  /// The shift of a log, which loses its oldest elements and gets new ones behind the newest.
  ///
  /// - Parameters:
  ///   - old: The log before.
  ///   - new: The log now.
  ///   - isSame: Whether two are the same entry, though it may have changed.
  package init<Element>(
    ofLog old: [Element],
    _ new: [Element],
    isSame: (Element, Element) -> Bool
  ) {
    if let first = new.first, let last = old.last,
      let dropped = old.firstIndex(where: { isSame($0, first) })
    {
      let kept = old.count - dropped
      if kept <= new.count, isSame(last, new[kept - 1]) {
        self.init(dropped: dropped, at: kept, added: new.count - kept)
        return
      }
    }
    self.init(dropped: old.count, added: new.count)
  }

  /// The shift of a list that is changed anywhere: what is the same at both ends stays.
  package init<Element>(
    of old: [Element],
    _ new: [Element],
    isSame: (Element, Element) -> Bool
  ) {
    let shorter = min(old.count, new.count)
    var head = 0
    while head < shorter, isSame(old[head], new[head]) { head += 1 }
    var tail = 0
    while tail < shorter - head, isSame(old[old.count - 1 - tail], new[new.count - 1 - tail]) {
      tail += 1
    }
    self.init(at: head, removed: old.count - head - tail, added: new.count - head - tail)
  }

  package var isEmpty: Bool { dropped == 0 && removed == 0 && added == 0 }

  /// The places in the new list of what came.
  package var arrivals: Range<Int> { at..<(at + added) }

  /// Where the element that is in a place of the new list was in the old one; nil for one that came.
  package func oldIndex(of index: Int) -> Int? {
    if index < at { return index + dropped }
    if index < at + added { return nil }
    return index + dropped - added + removed
  }
}

extension AdminV1.Shift {
  init(_ shift: ListShift) {
    self.init()
    dropped = UInt32(shift.dropped)
    at = UInt32(shift.at)
    removed = UInt32(shift.removed)
    added = UInt32(shift.added)
  }
}

extension ListShift {
  /// - Throws: Where a list of so many elements can't change that way.
  init(_ wire: AdminV1.Shift, count: Int) throws(AdminWireError) {
    self.init(
      dropped: Int(wire.dropped),
      at: Int(wire.at),
      removed: Int(wire.removed),
      added: Int(wire.added)
    )
    guard dropped + at + removed <= count else {
      throw AdminWireError(
        "a Shift drops \(dropped) and removes \(removed) at \(at) of a list of \(count)"
      )
    }
  }
}
