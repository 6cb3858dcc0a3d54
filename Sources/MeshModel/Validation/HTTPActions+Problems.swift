extension HTTPRedirect {
  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    var problems: [FieldProblem] = []
    if path == nil, authority == nil, port == nil, scheme == nil {
      problems.append(
        .error(
          .redirectInvalid,
          "the redirect changes nothing; want uri, authority, port or scheme",
          fix: "say where to redirect to"
        )
      )
    }
    if let code, !(300...399).contains(code) {
      problems.append(
        .error(
          .redirectInvalid,
          at: "redirectCode",
          "redirectCode is \(code); want 300 to 399",
          fix: "set 301, 302, 303, 307 or 308"
        )
      )
    }
    if let scheme, scheme != "http", scheme != "https" {
      problems.append(
        .error(
          .redirectInvalid,
          at: "scheme",
          "the scheme is \"\(scheme)\"; want http or https",
          fix: "set http or https"
        )
      )
    }
    if port == .number(0) {
      problems.append(
        .error(.portInvalid, at: "port", "the port is 0; want 1 to 65535", fix: "set a port")
      )
    }
    return problems
  }
}

extension HTTPDirectResponse {
  /// As in Istio, since every client gets the body with its configuration.
  private static let largestBody = 1 << 20
  private static let largeBody = 100 << 10

  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    var problems = status.statusProblems(.directResponseInvalid, at: "status")
    let size =
      switch body {
      case .text(let text): text.utf8.count
      case .bytes(let bytes): bytes.count
      case nil: 0
      }
    if size > HTTPDirectResponse.largestBody {
      problems.append(
        .error(
          .directResponseInvalid,
          at: "body",
          "the body has \(size) bytes; want \(HTTPDirectResponse.largestBody) at most",
          fix: "let a workload answer"
        )
      )
    } else if size > HTTPDirectResponse.largeBody {
      problems.append(
        .warning(
          .directResponseInvalid,
          at: "body",
          "the body has \(size) bytes, and every client gets them with each change of rules; "
            + "want \(HTTPDirectResponse.largeBody) at most",
          fix: "let a workload answer"
        )
      )
    }
    return problems
  }
}

extension HTTPRewrite {
  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    switch path {
    case .regex(let match, let substitution):
      return HTTPRewrite.problems(match, substitution).under("uriRegexRewrite")
    case .prefix(let text) where !text.isEmpty:
      return []
    case .prefix, nil:
      guard authority?.isEmpty != false else { return [] }
      return [
        .error(
          .rewriteInvalid,
          "the rewrite changes nothing; want uri, uriRegexRewrite or authority",
          fix: "say what to rewrite"
        )
      ]
    }
  }

  private static func problems(_ match: String, _ substitution: String) -> [FieldProblem] {
    if match.isEmpty || substitution.isEmpty {
      return [
        .error(
          .rewriteInvalid,
          at: match.isEmpty ? "match" : "rewrite",
          "uriRegexRewrite has no \(match.isEmpty ? "match" : "rewrite"); want both",
          fix: "give both match and rewrite"
        )
      ]
    }
    do throws(MeshConfigError) {
      _ = try RE2Pattern(match)
    } catch {
      return [
        .error(
          .regexInvalid,
          at: "match",
          "uriRegexRewrite: \(error.message)",
          fix: "correct the regex; its syntax is RE2's"
        )
      ]
    }
    return []
  }
}

extension HTTPFault {
  private static let lastGRPCCode = 16

  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    if delay == nil, abort == nil {
      return [
        .error(
          .faultInvalid,
          "the fault has neither delay nor abort; want one at least",
          fix: "add delay or abort"
        )
      ]
    }
    let delays = delay?.duration.problems(of: "fixedDelay", at: "delay.fixedDelay") ?? []
    switch abort?.status {
    case .http(let status):
      return delays + status.statusProblems(.faultInvalid, at: "abort.httpStatus")
    case .grpc(let code) where code > HTTPFault.lastGRPCCode:
      return delays + [
        .error(
          .faultInvalid,
          at: "abort.grpcStatus",
          "gRPC code \(code) is none; want 0 to \(HTTPFault.lastGRPCCode), "
            + "or a name such as UNAVAILABLE",
          fix: "set a code of gRPC"
        )
      ]
    case .http2(let error):
      return delays + [
        .error(
          .faultInvalid,
          at: "abort.http2Error",
          "http2Error \(error) can't be made by any client; want httpStatus or grpcStatus",
          fix: "use httpStatus or grpcStatus"
        )
      ]
    case .grpc, nil:
      return delays
    }
  }
}

extension UInt16 {
  fileprivate func statusProblems(
    _ code: MeshConfigError.Code,
    at path: String
  ) -> [FieldProblem] {
    guard !(200...599).contains(self) else { return [] }
    let message = "the status is \(self); want 200 to 599"
    return [.error(code, at: path, message, fix: "set a status from 200 to 599")]
  }
}
