package import RuleFiles

extension MeshFile {
  /// Reads files and directories once.
  ///
  /// - Parameter paths: Files, or directories: of these the files directly in them whose names end in
  ///   `.yaml`, `.yml` or `.json`, by name.
  /// - Returns: Each file; one that can't be read has a finding that says so.
  package static func read(paths: [String]) -> [MeshFile] {
    FileListing(paths: paths).readEach()
  }
}
