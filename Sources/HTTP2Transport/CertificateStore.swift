internal import NIOSSL
internal import Synchronization

/// The certificate that new connections are served with, and its files.
final class CertificateStore: Sendable {
  enum Reload: Hashable {
    case unchanged
    case changed
    /// The files can't be used; the old certificate stays.
    case failed(String)
  }

  private struct State {
    var configuration: TLSConfiguration
    var context: NIOSSLContext
    var lastFailure: String?
  }

  private let files: TLSFiles
  private let state: Mutex<State>

  /// Reads the files; blocks while it does.
  ///
  /// - Throws: ``TransportError`` with code `badCertificate`.
  init(_ files: TLSFiles) throws(TransportError) {
    self.files = files
    let configuration = try Self.read(files)
    let context = try Self.context(configuration, files)
    state = Mutex(State(configuration: configuration, context: context))
  }

  /// What a new connection is served with.
  var context: NIOSSLContext { state.withLock(\.context) }

  /// Reads the files again; blocks while it does.
  ///
  /// - Returns: What came of it; the same failure is told once.
  func reload() -> Reload {
    do {
      let configuration = try Self.read(files)
      let isSame = state.withLock { $0.configuration.bestEffortEquals(configuration) }
      if isSame {
        state.withLock { $0.lastFailure = nil }
        return .unchanged
      }
      let context = try Self.context(configuration, files)
      state.withLock { $0 = State(configuration: configuration, context: context) }
      return .changed
    } catch {
      let isNews = state.withLock { state in
        defer { state.lastFailure = error.message }
        return state.lastFailure != error.message
      }
      return isNews ? .failed(error.message) : .unchanged
    }
  }

  private static func read(_ files: TLSFiles) throws(TransportError) -> TLSConfiguration {
    let chain = try certificates(files.certificateChain)
    let key: NIOSSLPrivateKey
    do {
      key = try NIOSSLPrivateKey(file: files.privateKey, format: .pem)
    } catch {
      throw bad(files.privateKey, "want a private key in PEM", error)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(key)
    )
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["h2"]
    if let roots = files.clientRoots {
      configuration.trustRoots = .certificates(try certificates(roots))
      configuration.sendCANameList = true
      configuration.certificateVerification = .noHostnameVerification
    }
    return configuration
  }

  private static func certificates(_ path: String) throws(TransportError) -> [NIOSSLCertificate] {
    do {
      let certificates = try NIOSSLCertificate.fromPEMFile(path)
      if !certificates.isEmpty { return certificates }
    } catch {
      throw bad(path, "want certificates in PEM", error)
    }
    throw TransportError(.badCertificate, "\(path): no certificate; want one or more in PEM")
  }

  private static func context(
    _ configuration: TLSConfiguration,
    _ files: TLSFiles
  ) throws(TransportError) -> NIOSSLContext {
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw bad(
        files.certificateChain,
        "want a certificate for the key in \(files.privateKey)",
        error
      )
    }
  }

  private static func bad(_ path: String, _ wanted: String, _ error: any Error) -> TransportError {
    TransportError(.badCertificate, "\(path): can't be used (\(error)); \(wanted)")
  }
}
