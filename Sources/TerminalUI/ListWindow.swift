/// Which part of a list shows.
package enum ListWindow {
  /// The index of the first line to show: `offset`, moved no more than needed so that the cursor
  /// is inside and no room is left empty.
  package static func offset(_ offset: Int, cursor: Int?, count: Int, visible: Int) -> Int {
    let visible = max(1, visible)
    var offset = offset
    if let cursor {
      offset = min(offset, cursor)
      offset = max(offset, cursor - visible + 1)
    }
    return max(0, min(offset, count - visible))
  }
}
