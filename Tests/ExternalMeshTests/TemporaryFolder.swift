import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder of its own for a test.
struct TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("weir-external-mesh-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes into the file that is there, as a shell's `>` does.
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// Writes another file and gives it the name, as editors do.
  func replace(_ name: String, with text: String) throws {
    try write(text, to: ".\(name).new")
    guard rename(path(".\(name).new"), path(name)) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(name))
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}

/// A ServiceEntry of the host `NAME.example.com` with these endpoints, one `ADDRESS:PORT` each.
func serviceEntry(_ name: String, _ endpoints: String..., port: Int = 20_000) -> String {
  var text = """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata:
      name: \(name)
    spec:
      hosts:
      - \(name).example.com
      ports:
      - number: \(port)
        name: grpc
        protocol: GRPC
      resolution: STATIC
      endpoints:

    """
  for endpoint in endpoints {
    let parts = endpoint.split(separator: ":")
    text += "  - address: \(parts[0])\n    ports:\n      grpc: \(parts[1])\n"
  }
  return text
}
