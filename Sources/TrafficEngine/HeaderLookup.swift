package import MeshModel

/// A call's request headers, as the matchers of a ``RouteTable`` ask for them.
package protocol HeaderLookup {
  /// The value of a header, or nil where it is absent.
  ///
  /// Several values of one name are joined with `,` in order, as gRPC does. Names are lower case. By
  /// gRPC's semantics only text headers are asked for: never pseudo-headers, `content-type` or names
  /// that end in `-bin`; by Envoy's all but `:path`.
  func headerValue(named name: String) -> String?

  /// Whether any of a header's values meets a condition, each taken by itself; nil where the header
  /// is absent.
  ///
  /// Asked for by Envoy's semantics only.
  func anyValue(ofHeader name: String, meets condition: (String) -> Bool) -> Bool?
}

extension HeaderLookup {
  package func anyValue(ofHeader name: String, meets condition: (String) -> Bool) -> Bool? {
    headerValue(named: name).map(condition)
  }
}

/// The headers of a call as a list.
package struct HeaderFields: HeaderLookup, Hashable, Sendable {
  /// In order; a name may be there several times.
  package let fields: [HeaderField]
  /// Each name once, its values joined with `,`.
  private let joined: [HeaderField]

  package init(_ fields: [HeaderField]) {
    self.fields = fields
    joined = fields.joined { _ in "," }
  }

  /// What a proxy sees of a gRPC call: its headers, its pseudo-headers but `:path`, and its content
  /// type.
  ///
  /// - Parameters:
  ///   - fields: What the caller sends; a name that is set here isn't set again.
  ///   - method: gRPC's is always `POST`.
  ///   - scheme: `http` or `https`.
  ///   - authority: What was dialled, in the caller's words.
  /// - Returns: All of them.
  package static func ofProxiedCall(
    _ fields: [HeaderField],
    method: String = "POST",
    scheme: String = "http",
    authority: String
  ) -> HeaderFields {
    var all = fields
    let others = [
      (":method", method), (":scheme", scheme), (":authority", authority),
      ("content-type", "application/grpc"),
    ]
    for (name, value) in others where !fields.contains(where: { $0.name == name }) {
      all.append(HeaderField(name: name, value: value))
    }
    return HeaderFields(all.cookiesJoined.joined(separator: separatorInEnvoy))
  }

  /// What Envoy puts between the values of a header that it keeps as one; nil where it keeps them
  /// apart.
  private static func separatorInEnvoy(ofHeader name: String) -> String? {
    headersKeptAsOne.contains(name) ? "," : nil
  }

  /// Of the headers that Envoy gives a place of their own those that callers may set.
  private static let headersKeptAsOne: Set = [
    "accept", "accept-encoding", "authorization", "cache-control", "content-type", "expect",
    "grpc-accept-encoding", "grpc-timeout", "origin", "referer", "user-agent", "via",
    "x-forwarded-for", "x-request-id",
  ]

  package func headerValue(named name: String) -> String? {
    for index in joined.indices where joined[index].name == name { return joined[index].value }
    return nil
  }

  package func anyValue(ofHeader name: String, meets condition: (String) -> Bool) -> Bool? {
    var isThere = false
    for index in fields.indices where fields[index].name == name {
      if condition(fields[index].value) { return true }
      isThere = true
    }
    return isThere ? false : nil
  }
}

extension [HeaderField] {
  /// The fields with one cookie header at most, as Envoy makes it of a call in HTTP/2, which lets
  /// callers cut it in several: empty ones at the beginning are lost.
  fileprivate var cookiesJoined: [HeaderField] {
    var joined: [HeaderField] = []
    var cookies = ""
    for field in self {
      guard field.name == "cookie" else {
        joined.append(field)
        continue
      }
      cookies += cookies.isEmpty ? field.value : "; \(field.value)"
    }
    return cookies.isEmpty ? joined : joined + [HeaderField(name: "cookie", value: cookies)]
  }

  /// The fields with the values of one name in one, where they have a separator; O(n²).
  fileprivate func joined(separator: (String) -> String?) -> [HeaderField] {
    var joined: [HeaderField] = []
    for field in self {
      if let separator = separator(field.name),
        let index = joined.firstIndex(where: { $0.name == field.name })
      {
        joined[index].value += separator + field.value
      } else {
        joined.append(field)
      }
    }
    return joined
  }
}
