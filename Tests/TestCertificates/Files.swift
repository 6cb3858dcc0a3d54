#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

package struct FileError: Error {
  package let path: String
  package let errno: Int32
}

/// Gives the body a directory of its own, and removes it after.
package func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
  var template = Array("/tmp/weir-transport-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw FileError(path: "/tmp", errno: errno) }
  let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { removeDirectory(path) }
  try await body(path)
}

/// Writes a file, whole or not at all, and returns its path.
@discardableResult
package func certificateFile(
  _ text: String,
  in directory: String,
  named name: String
) throws -> String {
  let path = "\(directory)/\(name)"
  guard let file = fopen(path + ".new", "w") else { throw FileError(path: path, errno: errno) }
  fputs(text, file)
  fclose(file)
  guard rename(path + ".new", path) == 0 else { throw FileError(path: path, errno: errno) }
  return path
}

private func removeDirectory(_ path: String) {
  guard let directory = opendir(path) else { return }
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    unlink("\(path)/\(name)")
  }
  closedir(directory)
  rmdir(path)
}
