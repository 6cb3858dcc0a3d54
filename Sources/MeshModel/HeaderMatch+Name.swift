extension HeaderMatch {
  enum NameProblem {
    /// Right but for its case: gRPC and Dubbo never match it, Envoy does.
    case upperCase
    /// Istio's name for a claim of a JWT, such as `@request.auth.claims.group`.
    case claim
    /// Has what a gRPC metadata key can't have.
    case invalid
  }

  /// What is wrong with a header's name; nil if nothing is.
  ///
  /// gRPC metadata keys are made of `0-9 a-z _ - .`.
  static func nameProblem(_ name: String) -> NameProblem? {
    var hasUpperCase = false
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        hasUpperCase = true
      default:
        return name.hasPrefix("@request.auth.claims") ? .claim : .invalid
      }
    }
    if name.isEmpty { return .invalid }
    return hasUpperCase ? .upperCase : nil
  }
}
