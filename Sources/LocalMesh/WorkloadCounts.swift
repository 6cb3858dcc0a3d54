/// The workloads of a mesh by version label, as on the command line: how many processes to start
/// (`v1=1,v2=1`), or where one listens that was started by hand (`v1=127.0.0.1:21000`).
package struct WorkloadCounts: Hashable, Sendable, CustomStringConvertible {
  package struct Address: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 address.
    package var host: String
    package var port: UInt16

    package var description: String { "\(host):\(port)" }
  }

  package struct Item: Hashable, Sendable {
    /// The value of the label `dubbogoAppVersion`, such as `v1`.
    package var label: String
    /// Processes to start; 0 where ``address`` is set.
    package var count: Int
    /// Where one listens already; nil for processes of our own.
    package var address: Address?

    package init(label: String, count: Int) {
      self.label = label
      self.count = count
    }

    init(label: String, address: Address) {
      self.label = label
      count = 0
      self.address = address
    }
  }

  package static let mostPerLabel = 100

  package let items: [Item]

  package init(_ items: [Item]) {
    self.items = items
  }

  /// Reads the text of an option.
  ///
  /// - Throws: ``LocalMeshError`` with code `workloadsMalformed`.
  package init(parsing text: String) throws(LocalMeshError) {
    var items: [Item] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let item = try WorkloadCounts.parse(part)
      guard item.address != nil || !items.contains(where: { $0.label == item.label }) else {
        throw WorkloadCounts.error(part, "a label that was not there before")
      }
      items.append(item)
    }
    guard items.contains(where: { $0.count > 0 || $0.address != nil }) else {
      throw WorkloadCounts.error(text[...], "at least one workload")
    }
    self.init(items)
  }

  /// The version labels, each once, in order.
  package var labels: [String] {
    var labels: [String] = []
    for item in items where !labels.contains(item.label) { labels.append(item.label) }
    return labels
  }

  package var description: String {
    items.map { item in "\(item.label)=\(item.address?.description ?? "\(item.count)")" }
      .joined(separator: ",")
  }

  private static func parse(_ part: Substring) throws(LocalMeshError) -> Item {
    let pieces = part.split(separator: "=", omittingEmptySubsequences: false)
      .map { $0.trimmingSpaces }
    guard pieces.count == 2 else { throw error(part, "LABEL=COUNT, such as v1=1") }
    guard isLabel(pieces[0]) else {
      throw error(part, "a label of lower-case letters, digits, '-' and '.', such as v1")
    }
    if let address = Address(pieces[1]) { return Item(label: pieces[0], address: address) }
    guard let count = Int(pieces[1]), 0...mostPerLabel ~= count else {
      throw error(part, "a count from 0 to \(mostPerLabel), or an address such as 127.0.0.1:21000")
    }
    return Item(label: pieces[0], count: count)
  }

  /// Kubernetes' rule for what is both a label's value and part of a name.
  private static func isLabel(_ text: String) -> Bool {
    let alphanumerics = Set("abcdefghijklmnopqrstuvwxyz0123456789")
    guard let first = text.first, let last = text.last, text.count <= 40 else { return false }
    return alphanumerics.contains(first) && alphanumerics.contains(last)
      && text.allSatisfy { alphanumerics.contains($0) || $0 == "-" || $0 == "." }
  }

  private static func error(_ found: Substring, _ wanted: String) -> LocalMeshError {
    LocalMeshError(
      .workloadsMalformed,
      "workloads: found \(String(found).debugDescription); want \(wanted)"
    )
  }
}

extension WorkloadCounts.Address {
  /// Reads an IPv4 address and a port: gRPC and Envoy take no names in endpoints.
  fileprivate init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let port = UInt16(parts[1]), port > 0 else { return nil }
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) else { return nil }
    self.init(host: String(parts[0]), port: port)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    let start = drop { $0 == " " }
    let end = start.lastIndex { $0 != " " }
    return end.map { String(start[...$0]) } ?? ""
  }
}
