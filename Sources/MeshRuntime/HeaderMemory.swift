import MeshModel

/// What a client's calls carried in the headers that rules match on.
///
/// Clients report only the headers that the rules in force match on. To tell what the rules before
/// would have done with a call, one has to know the others too; where a client always sent the same
/// so far, it is taken to do so still.
struct HeaderMemory: Sendable {
  private enum Memory: Sendable {
    case always(String?, count: Int)
    case varied
  }

  private static let limit = 16
  /// So often the same makes a habit.
  private static let habit = 3

  private var headers: [String: Memory] = [:]

  /// Notes a call that was decided by rules that match on these headers.
  mutating func note(_ record: CallRecord, matchedHeaders: [String]) {
    for name in matchedHeaders {
      let value = record.headers.first { $0.name == name }?.value
      switch headers[name] {
      case .always(let before, let count)?:
        headers[name] = before == value ? .always(value, count: count + 1) : .varied
      case .varied?: break
      case nil:
        guard headers.count < HeaderMemory.limit else { continue }
        headers[name] = .always(value, count: 1)
      }
    }
  }

  /// What it always sent, in the order of the names.
  var habits: [HeaderField] {
    headers.compactMap { name, memory in
      guard case .always(let value?, let count) = memory, count >= HeaderMemory.habit else {
        return nil
      }
      return HeaderField(name: name, value: value)
    }.sorted { $0.name < $1.name }
  }

  /// The call's headers, with those of `unreported` as they always were; nil where one isn't known.
  func complete(_ record: CallRecord, unreported: [String]) -> [HeaderField]? {
    var fields = record.headers
    for name in unreported where !record.headers.contains(where: { $0.name == name }) {
      guard case .always(let value, let count)? = headers[name], count >= HeaderMemory.habit else {
        return nil
      }
      if let value { fields.append(HeaderField(name: name, value: value)) }
    }
    return fields
  }
}
