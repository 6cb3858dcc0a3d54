import Logging
import MeshPicture
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A log that goes to a file, one write a line, so that lines of several tasks never mix.
struct LogFile: TextOutputStream, Sendable {
  private let descriptor: Int32

  /// Opens the file for appending.
  ///
  /// - Throws: ``LogFileError`` when that fails.
  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw LogFileError(
        description: "can't write the log to \(path): \(String(cString: strerror(errno)))"
      )
    }
  }

  /// Writes a line.
  ///
  /// What clients say of themselves is in it, so what would end a line or steer a terminal becomes a
  /// blank.
  func write(_ text: String) {
    var text = Self.oneLine(text)
    text.withUTF8 { bytes in
      #if canImport(Glibc)
      _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      #else
      _ = Darwin.write(descriptor, bytes.baseAddress, bytes.count)
      #endif
    }
  }

  /// The text with one newline, at its end, and no other control character.
  static func oneLine(_ text: String) -> String {
    let isControl = { (scalar: Unicode.Scalar) in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { line.append(isControl(scalar) ? " " : scalar) }
    if text.last?.isNewline == true { line.removeLast() }
    line.append("\n")
    return String(line)
  }

  /// A logger that writes to the file at `path`, or nowhere where there is none.
  static func logger(path: String?) throws -> Logger {
    guard let path else { return Logger(label: "weir") { _ in SwiftLogNoOpLogHandler() } }
    let file = try LogFile(path: path)
    return Logger(label: "weir") { StreamLogHandler(label: $0, stream: file) }
  }
}

extension Logger {
  /// Writes an event of the engine into the log.
  func log(_ event: EventPicture) {
    let level: Logger.Level =
      switch event.severity {
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    log(level: level, "\(event.source): \(event.text)")
  }
}

/// Why a log file can't be written.
struct LogFileError: Error, CustomStringConvertible {
  let description: String
}
