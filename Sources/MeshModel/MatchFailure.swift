/// A condition on a text, as clients are told it.
package enum TextCondition: Hashable, Sendable {
  case exact(String)
  case prefix(String)
  case suffix(String)
  case contains(String)
  /// RE2; the whole text must match.
  case regex(String)
  /// From the first number (included) to the second (not).
  case range(Int64, Int64)
  case present
  case absent
  /// Absent, or not so.
  indirect case not(TextCondition)
}

/// The first condition of a match that a call doesn't meet.
package enum MatchFailure: Hashable, Sendable {
  case path(TextCondition, ignoresCase: Bool)
  /// `found` is nil where the call has no such header.
  case header(String, TextCondition, found: String?)
  case queryParameter(String, TextCondition, found: String?)
  /// The match is for a share of calls only, in parts of a million.
  case fraction(UInt32)
  /// The client gets no route for it, in words.
  case notOnClient(String)
}
