/// One item of a list, in every form that it can be written in.
struct ListedItem: Sendable {
  /// By which it can be asked for.
  var name: String
  /// In front of the name for `-o name`, such as `virtualservice.networking.istio.io`.
  var resource: String
  /// The columns of a table, and those that a wide one has besides.
  var cells: [String]
  var wideCells: [String]
  /// One JSON object on one line.
  var json: @Sendable () throws -> String
  /// nil where it has no YAML of its own.
  var yaml: (@Sendable () -> String)?
}

/// The items of a kind at one moment.
struct Listing: Sendable {
  var titles: [String]
  var wideTitles: [String]
  /// The newest revision when it was made.
  var revision: UInt64
  var items: [ListedItem]

  func table(_ items: [ListedItem], isWide: Bool) -> TextTable {
    TextTable(
      isWide ? titles + wideTitles : titles,
      rows: items.map { isWide ? $0.cells + $0.wideCells : $0.cells }
    )
  }
}
