import ExternalMesh
import Foundation
import RuleFiles
import Verbs

extension RuleInput {
  /// Reads files, directories and, for `-`, stdin.
  init(paths: [String]) {
    self.init(
      MeshFiles(
        paths.flatMap { path in
          path == "-" ? [RuleInput.standardInput()] : MeshFile.read(paths: [path])
        }
      )
    )
  }

  /// Up to one byte more than the reader takes, which then says so.
  private static func standardInput() -> MeshFile {
    let limit = RuleFileReader.sizeLimit + 1
    var bytes = Data()
    while bytes.count < limit {
      guard let more = try? FileHandle.standardInput.read(upToCount: 64 << 10), !more.isEmpty else {
        break
      }
      bytes += more
    }
    return RuleFileReader.read(Array(bytes), file: "stdin")
  }
}
