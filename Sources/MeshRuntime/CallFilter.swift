import MeshModel
package import MeshPicture

/// Words that all must be found in a call for it to be shown.
///
/// A bare word is looked for in the client, the path, the headers (`name=value`), the workload
/// version and the subset. `client:` and `ver:` look in that field alone; `rule:`, `code:` and
/// `rev:` want that number. With `!` before it a word must not be found. ASCII letters match in
/// either case.
package struct CallFilter: Hashable, Sendable {
  private struct Term: Hashable, Sendable {
    var word: Word
    var isNegated: Bool
  }

  private enum Word: Hashable, Sendable {
    case anywhere([UInt8])
    case client([UInt8])
    case workloadVersion([UInt8])
    case rule(Int)
    case code(Int)
    case revision(UInt64)
    /// A number was wanted and something else was typed: matches nothing.
    case never
  }

  private static let wordLimit = 16

  /// What was typed.
  package let text: String
  private let terms: [Term]

  package init(_ text: String = "") {
    let text = text.printable(limit: TextLimit.identifier)
    self.text = text
    terms = text.split(separator: " ").prefix(CallFilter.wordLimit).compactMap(CallFilter.term)
  }

  package var isEmpty: Bool { terms.isEmpty }

  package func matches(_ row: CallRow) -> Bool {
    terms.allSatisfy { matches($0.word, row) != $0.isNegated }
  }

  private static func term(_ text: Substring) -> Term? {
    guard text.first == "!" else { return word(text).map { Term(word: $0, isNegated: false) } }
    // Like a prefix, a `!` alone hides nothing yet.
    guard text.count > 1, let word = word(text.dropFirst()) else { return nil }
    return Term(word: word, isNegated: word != .never)
  }

  private static func word(_ text: Substring) -> Word? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return .anywhere(lowered(text)) }
    // A prefix that is still being typed, such as `rule:`, hides nothing yet.
    switch (parts[0].lowercased(), parts[1]) {
    case ("client", let value): return value.isEmpty ? nil : .client(lowered(value))
    case ("ver", let value): return value.isEmpty ? nil : .workloadVersion(lowered(value))
    case ("rule", let value): return value.isEmpty ? nil : Int(value).map(Word.rule) ?? .never
    case ("code", let value): return value.isEmpty ? nil : Int(value).map(Word.code) ?? .never
    case ("rev", let value): return value.isEmpty ? nil : UInt64(value).map(Word.revision) ?? .never
    case (_, _): return .anywhere(lowered(text))
    }
  }

  private func matches(_ word: Word, _ row: CallRow) -> Bool {
    switch word {
    case .anywhere(let bytes): isAnywhere(bytes, row)
    case .client(let bytes): row.client.contains(lowered: bytes)
    case .workloadVersion(let bytes): row.record.workloadVersion.contains(lowered: bytes)
    case .rule(let number): row.rule == number
    case .code(let number): row.record.statusCode == number
    case .revision(let number): row.revision == number
    case .never: false
    }
  }

  private func isAnywhere(_ bytes: [UInt8], _ row: CallRow) -> Bool {
    row.client.contains(lowered: bytes) || row.record.path.contains(lowered: bytes)
      || row.record.workloadVersion.contains(lowered: bytes) || row.subset.contains(lowered: bytes)
      || row.record.headers.contains { "\($0.name)=\($0.value)".contains(lowered: bytes) }
  }

  private static func lowered(_ text: Substring) -> [UInt8] { text.utf8.map(\.loweredASCII) }
}

extension String {
  /// Whether these bytes are in its UTF-8, ASCII letters of either case taken as lower.
  fileprivate func contains(lowered needle: [UInt8]) -> Bool {
    let found = utf8.withContiguousStorageIfAvailable { $0.contains(lowered: needle) }
    return found ?? Array(utf8).withUnsafeBufferPointer { $0.contains(lowered: needle) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func contains(lowered needle: [UInt8]) -> Bool {
    guard let first = needle.first else { return true }
    guard count >= needle.count else { return false }
    search: for start in 0...(count - needle.count) where self[start].loweredASCII == first {
      for offset in 1..<needle.count where self[start + offset].loweredASCII != needle[offset] {
        continue search
      }
      return true
    }
    return false
  }
}

extension UInt8 {
  fileprivate var loweredASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self + 0x20 : self }
}
