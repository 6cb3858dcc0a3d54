import XDSCore

/// How well a domain pattern fits; a greater one wins.
private enum DomainFit: Comparable {
  case any
  case prefix(length: Int)
  case suffix(length: Int)
  case exact
}

extension RouteConfiguration {
  /// The virtual host whose domains fit best.
  ///
  /// Exact goes before `*.suffix` before `prefix.*` before `*`, a longer one before a shorter one,
  /// the first of equals. Case makes no difference.
  func virtualHost(for authority: String) -> VirtualHost? {
    var best: (fit: DomainFit, host: VirtualHost)?
    for host in virtualHosts {
      for domain in host.domains {
        guard let fit = DomainFit(of: domain, for: authority) else { continue }
        if let best, best.fit >= fit { continue }
        best = (fit, host)
      }
    }
    return best?.host
  }
}

extension DomainFit {
  /// nil where the pattern doesn't fit, or isn't one.
  ///
  /// A `*` stands for one character at least.
  fileprivate init?(of domain: String, for authority: String) {
    let pattern = domain.utf8.map(\.asciiLowercased)
    let host = authority.utf8.map(\.asciiLowercased)
    let star = UInt8(ascii: "*")
    let stars = pattern.count { $0 == star }
    if stars == 0, !pattern.isEmpty, pattern == host {
      self = .exact
    } else if pattern == [star] {
      self = .any
    } else if stars == 1, pattern.count <= host.count, pattern.first == star,
      host.suffix(pattern.count - 1) == pattern[1...]
    {
      self = .suffix(length: pattern.count)
    } else if stars == 1, pattern.count <= host.count, pattern.last == star,
      host.starts(with: pattern.dropLast())
    {
      self = .prefix(length: pattern.count)
    } else {
      return nil
    }
  }
}
