internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import MeshPicture

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension HTTP2ClientTransport.Posix {
  /// The transport to an engine; connects when it is used first.
  ///
  /// - Throws: `invalid` where the files can't be used, or are missing.
  static func connecting(
    to address: AdminAddress,
    tls: MutualTLSFiles?
  ) throws(EngineError) -> HTTP2ClientTransport.Posix {
    let target: any ResolvableTarget
    let security: TransportSecurity
    switch (address, tls) {
    case (.unix(let path), _):
      target = .unixDomainSocket(path: path)
      security = .plaintext
    case (.tcp(let host, let port), let tls?):
      target = .dns(host: host, port: port)
      security = .mutual(tls)
    case (.tcp, nil):
      throw EngineError(
        .invalid,
        "an engine at \(address) is asked by mutual TLS only; want a certificate, its key and a CA"
      )
    }
    do {
      return try HTTP2ClientTransport.Posix(
        target: target,
        transportSecurity: security,
        config: .defaults { config in
          // What a viewer doesn't read in time shall wait at the engine, which keeps only the newest.
          config.http2.targetWindowSize = 256 << 10
          // An engine that was restarted shall be found soon.
          config.backoff = .init(
            initial: .milliseconds(100),
            max: .seconds(1),
            multiplier: 1.6,
            jitter: 0.2
          )
        }
      )
    } catch {
      throw EngineError(.invalid, "can't ask the engine at \(address): \(error)")
    }
  }
}

extension HTTP2ClientTransport.Posix.TransportSecurity {
  fileprivate static func mutual(_ files: MutualTLSFiles) -> Self {
    .mTLS(
      certificateChain: [.file(path: files.certificate, format: .pem)],
      privateKey: .file(path: files.key, format: .pem)
    ) { config in
      config.trustRoots = .certificates([.file(path: files.roots, format: .pem)])
    }
  }
}

extension CallOptions {
  /// For a question with one answer.
  static var short: CallOptions {
    var options = endless
    options.timeout = .seconds(30)
    return options
  }

  static var endless: CallOptions {
    var options = CallOptions.defaults
    options.maxRequestMessageBytes = AdminLimits.messageBytes
    options.maxResponseMessageBytes = AdminLimits.messageBytes
    return options
  }
}

extension AdminAddress {
  /// What is wrong with a socket, as far as looking at it tells.
  var whyUnreachable: String? {
    guard case .unix(let path) = self else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else {
      return errno == ENOENT ? "there is no such socket" : String(cString: strerror(errno))
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return "that is no socket" }
    guard access(path, W_OK) == 0 else { return String(cString: strerror(errno)) }
    return "nobody listens there"
  }
}

extension RPCError {
  /// What it says, and what that came from.
  var reason: String { cause.map { "\(message) (\($0))" } ?? message }
}
