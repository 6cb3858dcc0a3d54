internal import AdminProtos
internal import SwiftProtobuf

/// The generated messages that tell how a list changed.
protocol ListChangeMessage: SwiftProtobuf.Message {
  associatedtype Item: ListItemMessage
  var shift: AdminV1.Shift { get set }
  /// By rising index.
  var items: [Item] { get set }
}

/// An element of the new list; those that are not told are as before.
protocol ListItemMessage: SwiftProtobuf.Message {
  var index: UInt32 { get set }
}

extension ListChangeMessage {
  /// What has to be sent so that a reader who has the old list gets the new one; nil where they are
  /// the same.
  ///
  /// - Parameters:
  ///   - old: What the reader has.
  ///   - new: What it shall have.
  ///   - shift: How their places hang together; any shift will do that leads from one count to the
  ///     other, a good one keeps the items few.
  ///   - write: Puts an element into its item, given what was in its place before.
  init?<Element: Equatable>(
    from old: [Element],
    to new: [Element],
    shift: (_ old: [Element], _ new: [Element]) -> ListShift,
    write: (_ item: inout Item, _ element: Element, _ old: Element?) -> Void
  ) {
    guard old != new else { return nil }
    self.init()
    let places = shift(old, new)
    if !places.isEmpty { self.shift = .init(places) }
    for (index, element) in new.enumerated() {
      let before = places.oldIndex(of: index).map { old[$0] }
      guard before != element else { continue }
      var item = Item()
      item.index = UInt32(index)
      write(&item, element, before)
      items.append(item)
    }
  }
}

extension Array {
  /// Takes in how the list changed.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - element: Makes an element of an item, given what was in its place before.
  /// - Throws: Where the change is none of this list, or an item can't be understood.
  mutating func take<Change: ListChangeMessage>(
    _ change: Change,
    element: (_ item: Change.Item, _ old: Element?) throws(AdminWireError) -> Element
  ) throws(AdminWireError) {
    let shift = try ListShift(change.shift, count: count)
    var arrived: [Element] = []
    for item in change.items where shift.arrivals.contains(Int(item.index)) {
      arrived.append(try element(item, nil))
    }
    guard arrived.count == shift.added else {
      throw AdminWireError("\(arrived.count) items came for \(shift.added) places")
    }
    if !shift.isEmpty {
      removeFirst(shift.dropped)
      replaceSubrange(shift.at..<(shift.at + shift.removed), with: arrived)
    }
    for item in change.items where !shift.arrivals.contains(Int(item.index)) {
      let place = Int(item.index)
      guard indices.contains(place) else {
        throw AdminWireError("an item is for place \(place) of a list of \(count)")
      }
      self[place] = try element(item, self[place])
    }
  }
}

extension AdminV1.ServicesChange: ListChangeMessage {}
extension AdminV1.ServicesChange.Item: ListItemMessage {}
extension AdminV1.RulesChange: ListChangeMessage {}
extension AdminV1.RulesChange.Item: ListItemMessage {}
extension AdminV1.ClientsChange: ListChangeMessage {}
extension AdminV1.ClientsChange.Item: ListItemMessage {}
extension AdminV1.EndpointsChange: ListChangeMessage {}
extension AdminV1.EndpointsChange.Item: ListItemMessage {}
extension AdminV1.CallsChange: ListChangeMessage {}
extension AdminV1.CallsChange.Item: ListItemMessage {}
extension AdminV1.EventsChange: ListChangeMessage {}
extension AdminV1.EventsChange.Item: ListItemMessage {}
