import Foundation
import Verbs

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What `weir doctor` looks at on this machine.
enum SystemChecks {
  /// The smallest terminal that the console draws on.
  private static let floor = (columns: 60, rows: 16)

  static var terminal: DoctorReport.Check {
    let name = environment("TERM")
    guard isatty(STDIN_FILENO) != 0, isatty(STDOUT_FILENO) != 0 else {
      return .init("terminal", .warning, "stdin or stdout is none: the console prints lines here")
    }
    guard !name.isEmpty, name != "dumb" else {
      return .init("terminal", .failed, "TERM is \"\(name)\"; want what ncurses knows")
    }
    guard hasTerminfo(name) else {
      return .init("terminal", .failed, "ncurses knows no TERM \(name); want ncurses-term")
    }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 else {
      return .init("terminal", .warning, "\(name); its size is unknown")
    }
    let text = "\(name), \(size.ws_col)x\(size.ws_row)"
    guard size.ws_col >= floor.columns, size.ws_row >= floor.rows else {
      return .init("terminal", .failed, "\(text); want \(floor.columns)x\(floor.rows) at least")
    }
    return .init("terminal", .ok, text)
  }

  static var locale: DoctorReport.Check {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].map(environment).first { !$0.isEmpty } ?? ""
    let isUnicode = value.lowercased().replacing("-", with: "").contains("utf8")
    let text = value.isEmpty ? "none is set" : value
    return .init("locale", isUnicode ? .ok : .warning, "\(text)\(isUnicode ? "" : "; not UTF-8")")
  }

  /// Where revisions are stored.
  static var stateFolder: DoctorReport.Check {
    let chosen = environment("XDG_STATE_HOME")
    let base = chosen.hasPrefix("/") ? chosen : environment("HOME") + "/.local/state"
    return folder("state", base + "/weir")
  }

  static func socketFolder(_ path: String) -> DoctorReport.Check {
    folder("socket", (path as NSString).deletingLastPathComponent)
  }

  static func port(_ number: UInt16) -> DoctorReport.Check {
    let name = "port \(number)"
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return .init(name, .failed, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var reuses: Int32 = 1
    let length = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuses, length)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = number.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let hint = number == 8_080 ? "--debug-listen" : "--listen"
      return .init(name, .warning, "\(String(cString: strerror(errno))); see \(hint)")
    }
    return .init(name, .ok, "free")
  }

  /// A folder that can be written to, or made.
  private static func folder(_ name: String, _ path: String) -> DoctorReport.Check {
    var there = path
    while access(there, F_OK) != 0, there != "/", !there.isEmpty {
      there = (there as NSString).deletingLastPathComponent
    }
    guard access(there, W_OK | X_OK) == 0 else {
      return .init(
        name,
        .failed,
        "\(there) can't be written to: \(String(cString: strerror(errno)))"
      )
    }
    return .init(name, .ok, there == path ? path : "\(path), not there yet")
  }

  /// Whether the descriptions of terminals have one of that name.
  private static func hasTerminfo(_ name: String) -> Bool {
    let home = environment("HOME") + "/.terminfo"
    let folders = [environment("TERMINFO"), home, "/etc/terminfo", "/lib/terminfo"]
    let hex = name.utf8.first.map { String($0, radix: 16) } ?? ""
    return (folders + ["/usr/share/terminfo", "/usr/lib/terminfo"]).contains { folder in
      [String(name.prefix(1)), hex].contains { access("\(folder)/\($0)/\(name)", R_OK) == 0 }
    }
  }

  private static func environment(_ name: String) -> String {
    ProcessInfo.processInfo.environment[name] ?? ""
  }
}
