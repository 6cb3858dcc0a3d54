import Foundation

/// What the kernel says that a process has used so far.
struct ProcessUsage {
  /// User and system time, in microseconds; good to 10 ms.
  var cpuMicroseconds: Double
  /// Memory in RAM, in bytes.
  var residentBytes: Double

  /// Reads `/proc/PID/stat`; nil where the process is gone.
  init?(processID: Int32) {
    guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    // From field 3 on; proc(5) counts them from 1.
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
      let pages = Double(fields[21])
    else { return nil }
    cpuMicroseconds = (user + system) * 1e6 / Double(sysconf(Int32(_SC_CLK_TCK)))
    residentBytes = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }
}

/// Lets this process and its children open as many files as the system allows.
func raiseFileLimit() {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
