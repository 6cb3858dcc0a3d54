/// Why an xDS bootstrap can't be used.
package struct BootstrapError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// Neither of the two environment variables is set.
    case notSet
    /// The file can't be read.
    case unreadable
    case notJSON
    case missingField
    case wrongType
    case emptyList
    /// A server offers no channel credentials that this client has.
    case unsupportedCredentials
    case badServerURI
  }

  package let code: Code
  /// The file's path, or the name of the environment variable that held the text.
  package let source: String
  /// Where in the document, such as `xds_servers[0].server_uri`; empty for the whole.
  package let path: String
  package let found: String
  package let wanted: String

  package init(
    _ code: Code,
    source: String,
    path: String = "",
    found: String,
    wanted: String
  ) {
    self.code = code
    self.source = source
    self.path = path
    self.found = found
    self.wanted = wanted
  }

  package var description: String {
    "\(source): \(path.isEmpty ? "" : "\(path) ")\(found); want \(wanted)"
  }
}

extension BootstrapError {
  /// A bootstrap made by program without any server.
  static let noServer = BootstrapError(
    .emptyList,
    source: "bootstrap",
    path: "xds_servers",
    found: "is empty",
    wanted: "one server at least"
  )
}
