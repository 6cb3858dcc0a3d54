#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file that this process runs, to start others of its kind.
package enum OwnExecutable {
  /// Found out once, at the first use.
  package static let path = resolve()

  private static func resolve() -> String {
    #if canImport(Darwin)
    return CommandLine.arguments.first ?? "weir"
    #else
    let link = "/proc/self/exe"
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink(link, &buffer, buffer.count - 1) > 0, access(buffer, X_OK) == 0 else {
      // Replaced by a new build, say: the link still leads to what we run, in a child as well.
      return link
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #endif
  }
}
