import Foundation

/// Lines of figures in columns, printed as they come.
struct Table {
  private let widths: [Int]

  /// Prints the heading.
  ///
  /// - Parameters:
  ///   - title: A line above it.
  ///   - columns: Headings with the widths of their columns; the first is left-aligned.
  init(title: String, columns: [(String, Int)]) {
    widths = columns.map(\.1)
    printNow("\n\(title)")
    row(columns.map(\.0))
  }

  func row(_ cells: [String]) {
    let padded = zip(cells, widths).enumerated().map { index, cell in
      let (text, width) = cell
      let blanks = String(repeating: " ", count: max(0, width - text.count))
      return index == 0 ? text + blanks : blanks + text
    }
    printNow(padded.joined(separator: " "))
  }
}

/// Prints a line at once, whatever stdout is; never waits for a reader of stdin, as fflush would.
func printNow(_ line: String) {
  FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// A number with as many decimals as asked for.
func format(_ value: Double, _ decimals: Int = 1) -> String {
  String(format: "%.\(decimals)f", value)
}

extension [Double] {
  /// The value below which the share `q` of a sorted array lies; 0 for an empty one.
  func quantile(_ q: Double) -> Double {
    guard !isEmpty else { return 0 }
    return self[Swift.min(count - 1, Int(Double(count) * q))]
  }
}
