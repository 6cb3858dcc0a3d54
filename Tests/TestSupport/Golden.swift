import Foundation
package import TerminalUI
package import Testing

/// Compares a frame's text with a golden: a text file in the folder `Goldens` beside the test.
///
/// With `WEIR_RECORD_GOLDENS=1` in the environment it writes the file instead, and fails, so that
/// a recording run never passes for a test.
package func expectGolden(
  of frame: Frame,
  named name: String,
  filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectGolden(
    of: frame.text,
    named: name,
    filePath: filePath,
    sourceLocation: sourceLocation
  )
}

/// Compares a text with a golden, as ``expectGolden(of:named:filePath:sourceLocation:)`` does.
package func expectGolden(
  of text: String,
  named name: String,
  filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let file = URL(fileURLWithPath: filePath).deletingLastPathComponent()
    .appendingPathComponent("Goldens").appendingPathComponent("\(name).txt")
  let now = text + "\n"
  let isRecording = ProcessInfo.processInfo.environment["WEIR_RECORD_GOLDENS"] == "1"
  guard !isRecording else {
    record(now, in: file, sourceLocation: sourceLocation)
    return
  }
  guard let golden = try? String(contentsOf: file, encoding: .utf8) else {
    Issue.record("no golden \(name); record it", sourceLocation: sourceLocation)
    return
  }
  guard now != golden else { return }
  Issue.record(
    "\(name) is not as its golden. \(difference(golden, now))",
    sourceLocation: sourceLocation
  )
}

private func record(_ text: String, in file: URL, sourceLocation: SourceLocation) {
  do {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try text.write(to: file, atomically: true, encoding: .utf8)
    Issue.record("recorded \(file.lastPathComponent)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, "could not record", sourceLocation: sourceLocation)
  }
}

/// The first line that differs, and the whole of what came.
private func difference(_ golden: String, _ now: String) -> String {
  let wanted = golden.components(separatedBy: "\n")
  let found = now.components(separatedBy: "\n")
  let line = (0..<max(wanted.count, found.count)).first { index in
    (index < wanted.count ? wanted[index] : nil) != (index < found.count ? found[index] : nil)
  }
  let place = line ?? 0
  return """
    Line \(place + 1):
    want \(place < wanted.count ? wanted[place] : "(end)")
    got  \(place < found.count ? found[place] : "(end)")
    all of it:
    \(now)
    """
}
