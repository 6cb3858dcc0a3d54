internal import MeshModel
internal import RuleFiles
internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The files that some paths mean at a moment.
///
/// A path is a file, or a directory: then it means the files directly in it whose names end in
/// `.yaml`, `.yml` or `.json` and begin with no dot, by name.
struct FileListing: Hashable, Sendable {
  private struct File: Hashable, Sendable {
    let path: String
    let stamp: FileStamp
  }

  private static let suffixes = [".yaml", ".yml", ".json"]

  private var listed: [File] = []
  private var problems: [FileFinding] = []

  init(paths: [String]) {
    for path in paths { list(path) }
  }

  /// Reads all of them, and says of each that can't be read why.
  func read() -> MeshFiles { MeshFiles(readEach()) }

  /// As ``read()``, file by file.
  func readEach() -> [MeshFile] {
    listed.map { FileListing.read($0.path) }
      + problems.map { MeshFile(name: $0.place.file, findings: [$0]) }
  }

  // MARK: Listing

  private mutating func list(_ path: String) {
    do throws(Errno) {
      let status = try Stat(path)
      guard status.type == .directory else {
        add(path, status)
        return
      }
      for name in try FileListing.names(in: path) {
        let child = FilePath(path).appending(name).string
        // One that was removed in between isn't there, and no error.
        guard let status = try? Stat(child), status.type != .directory else { continue }
        add(child, status)
      }
    } catch {
      problems.append(FileListing.unreadable(path, "\(error)"))
    }
  }

  private mutating func add(_ path: String, _ status: Stat) {
    guard status.type == .regular else {
      problems.append(FileListing.unreadable(path, "it is no regular file"))
      return
    }
    guard !listed.contains(where: { $0.path == path }) else { return }
    listed.append(File(path: path, stamp: FileStamp(status)))
  }

  private static func names(in path: String) throws(Errno) -> [String] {
    guard let directory = opendir(path) else { throw Errno(rawValue: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix("."), suffixes.contains(where: name.hasSuffix) { names.append(name) }
    }
    return names.sorted()
  }

  // MARK: Reading

  private static func read(_ path: String) -> MeshFile {
    do {
      // Not to wait for a writer, should a FIFO have taken the file's place.
      let descriptor = try FileDescriptor.open(
        FilePath(path),
        .readOnly,
        options: [.nonBlocking, .closeOnExec]
      )
      return try descriptor.closeAfter {
        RuleFileReader.read(try bytes(of: descriptor), file: path)
      }
    } catch {
      return MeshFile(name: path, findings: [unreadable(path, "\(error)")])
    }
  }

  /// The content, up to one byte more than the reader takes.
  private static func bytes(of descriptor: FileDescriptor) throws -> [UInt8] {
    let limit = RuleFileReader.sizeLimit + 1
    var bytes: [UInt8] = []
    var isAtEnd = false
    while !isAtEnd, bytes.count < limit {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      isAtEnd = chunk.isEmpty
      bytes += chunk
    }
    return bytes
  }

  private static func unreadable(_ path: String, _ reason: String) -> FileFinding {
    FileFinding(
      .error,
      .unreadable,
      at: SourcePlace(file: path),
      "the file can't be read: \(reason)"
    )
  }
}
