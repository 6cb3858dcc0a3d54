import MeshModel
import MeshPicture
import XDSCore

extension Route {
  /// What happens to its calls beside being sent somewhere, a sentence each.
  var settingsInWords: [String] {
    settings.words + destinationHeaders
  }

  private var destinationHeaders: [String] {
    guard case .weightedClusters(let clusters) = action else { return [] }
    return clusters.flatMap { cluster in
      let name = ClusterName(cluster.name)?.subset ?? cluster.name
      return cluster.headers.words.map { "\(name): \($0)" }
    }
  }
}

extension RouteSettings {
  fileprivate var words: [String] {
    var words: [String] = []
    if let timeout, timeout > .zero { words.append("time limit \(timeout.text)") }
    if let retry { words.append(retry.words) }
    if let fault { words += fault.words }
    words += mirrors.map { "copied to \($0.cluster)\($0.percentage.suffix)" }
    if let rewrite { words += rewrite.words }
    words += headers.words
    words += hashPolicies.map { "endpoint chosen by the hash of \($0.words)" }
    if let cors { words.append(cors.words) }
    return words
  }
}

extension RouteSettings.Retry {
  fileprivate var words: String {
    var words = attempts == 1 ? "tried again once" : "tried again up to \(attempts) times"
    let conditions = [retryOn] + (statusCodes.isEmpty ? [] : [statusCodes.list])
    let on = conditions.filter { !$0.isEmpty }.joined(separator: ",")
    if !on.isEmpty { words += " on \(on)" }
    if let perTryTimeout { words += ", \(perTryTimeout.text) for each try" }
    if let backoff { words += ", after pauses from \(backoff.text)" }
    return words
  }
}

extension [UInt32] {
  fileprivate var list: String { map(String.init).joined(separator: ",") }
}

extension HTTPFault {
  fileprivate var words: [String] {
    var words: [String] = []
    if let delay { words.append("delayed by \(delay.duration.text)\(delay.percentage.suffix)") }
    if let abort { words.append("aborted with \(abort.status.words)\(abort.percentage.suffix)") }
    return words
  }
}

extension HTTPFault.Abort.Status {
  fileprivate var words: String {
    switch self {
    case .http(let status): "HTTP status \(status)"
    case .grpc(let code): "gRPC status \(code)"
    case .http2(let error): "HTTP/2 error \(error)"
    }
  }
}

extension HTTPRewrite {
  fileprivate var words: [String] {
    var words: [String] = []
    switch path {
    case .prefix(let prefix)?: words.append("path becomes \(prefix) where the match took it")
    case .regex(let match, let substitution)?:
      words.append("path: \(match) becomes \(substitution)")
    case nil: break
    }
    if let authority { words.append("authority becomes \(authority)") }
    return words
  }
}

extension HeaderChanges {
  fileprivate var words: [String] { request.words(of: "request") + response.words(of: "response") }
}

extension HeaderChanges.Operations {
  fileprivate func words(of what: String) -> [String] {
    self.set.map { "\(what) header \($0.name) is set to \($0.value)" }
      + add.map { "\(what) header \($0.name) gets \($0.value) added" }
      + remove.map { "\(what) header \($0) is removed" }
  }
}

extension RouteSettings.HashPolicy {
  fileprivate var words: String {
    switch self {
    case .header(let name): "header \(name)"
    case .cookie(let cookie): "cookie \(cookie.name)"
    case .sourceIP: "the caller's address"
    case .queryParameter(let name): "query parameter \(name)"
    }
  }
}

extension CORSPolicy {
  fileprivate var words: String {
    let origins = allowOrigins.map { origin in
      switch origin {
      case .exact(let text): text
      case .prefix(let text): "\(text)..."
      case .regex(let source): "a match of \(source)"
      case .present: "any"
      }
    }
    return "browsers may read the answers from origin "
      + (origins.isEmpty ? "none" : origins.joined(separator: ", "))
  }
}

extension Percentage {
  /// Behind what happens to that share of calls.
  fileprivate var suffix: String {
    self == .all ? "" : ": \((Double(perMillion) / 1_000_000).percent) of calls"
  }
}

extension Duration {
  /// Such as `2 s`, `1.5 s` or `250 ms`.
  var text: String {
    let micros = nanoseconds / 1_000
    guard micros >= 1_000_000 else { return MeshRuntime.text(micros, 1_000, "ms") }
    return MeshRuntime.text(micros, 1_000_000, "s")
  }
}

/// A number in a unit, with up to three digits behind the point.
private func text(_ value: UInt64, _ unit: UInt64, _ name: String) -> String {
  let thousandths = value % unit * 1_000 / unit
  guard thousandths > 0 else { return "\(value / unit) \(name)" }
  var digits = String(1_000 + thousandths).dropFirst()
  while digits.last == "0" { digits.removeLast() }
  return "\(value / unit).\(digits) \(name)"
}
