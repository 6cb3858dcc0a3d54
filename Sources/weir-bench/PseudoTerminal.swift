import Foundation
import Synchronization

/// A pseudo terminal that a program draws on, and that counts what it draws.
final class PseudoTerminal: Sendable {
  // Linux's TIOCSPTLCK and TIOCGPTN, macros that Swift doesn't see.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  private let controller: Int32
  private let path: String
  private let count = Atomic(0)

  /// Opens one of a size.
  init(columns: UInt16, rows: UInt16) throws {
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var number: Int32 = 0
    var lock: Int32 = 0
    guard controller >= 0, ioctl(controller, Self.setLock, &lock) == 0,
      ioctl(controller, Self.getNumber, &number) == 0
    else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    path = "/dev/pts/\(number)"
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
  }

  /// Bytes that programs have written so far.
  var bytesRead: Int { count.load(ordering: .relaxed) }

  /// Starts a program with the terminal as its stdin and stdout.
  func run(_ program: String, _ arguments: [String]) throws -> Process {
    guard let terminal = FileHandle(forUpdatingAtPath: path) else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"],
      uniquingKeysWith: { $1 }
    )
    process.standardInput = terminal
    process.standardOutput = terminal
    try process.run()
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while case let length = read(controller, &buffer, buffer.count), length > 0 {
        count.add(length, ordering: .relaxed)
      }
    }
    return process
  }

  func end(_ process: Process) {
    process.terminate()
    process.waitUntilExit()
  }
}
