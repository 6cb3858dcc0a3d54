import MeshModel

/// One resource type of a ``ClientSession``: what is asked for, and what came.
struct ClientChannel: Sendable {
  /// What is known of a name that is asked for.
  struct Entry: Sendable {
    /// The newest good content; a bad update leaves it as it is.
    var value: Resource?
    /// The `version_info` or `system_version_info` of the response that brought ``value``.
    var version = ""
    /// The resource's own version; of delta streams only.
    var resourceVersion = ""
    /// Why there is no value; nil while one may still come.
    var failure: String?
    /// When it counts as not existing; nil where it came or no stream is open.
    var deadline: MonotonicTime?
  }

  let type: ResourceType
  /// By name; exactly the names asked for.
  private(set) var entries: [String: Entry] = [:]
  /// Sorted.
  private(set) var names: [String] = []
  /// The newest response's, on this stream.
  private var nonce = ""
  /// The last accepted; kept from stream to stream.
  private var version = ""
  private(set) var hasRequested = false
  /// Why the newest response is refused.
  private var refusal: String?
  private var mustRequest = false
  /// Whether a response is unanswered; of delta streams only.
  private var mustAnswer = false
  /// What the server was told to be asked for on this stream; of delta streams only.
  private var asked: Set<String> = []

  init(_ type: ResourceType) {
    self.type = type
  }

  // MARK: Streams

  mutating func streamOpened(deadline: MonotonicTime) {
    streamClosed()
    mustRequest = !names.isEmpty
    for name in names where entries[name]?.value == nil && entries[name]?.failure == nil {
      entries[name]?.deadline = deadline
    }
  }

  mutating func streamClosed() {
    nonce = ""
    refusal = nil
    hasRequested = false
    mustRequest = false
    mustAnswer = false
    asked = []
    for name in names { entries[name]?.deadline = nil }
  }

  // MARK: Names

  /// Replaces the names asked for; what is no longer asked for is forgotten.
  ///
  /// - Parameters:
  ///   - wanted: All the names to ask for.
  ///   - deadline: When a new name counts as not existing; nil where no stream is open.
  mutating func subscribe(to wanted: Set<String>, deadline: MonotonicTime?) {
    guard wanted.count != names.count || !names.allSatisfy(wanted.contains) else { return }
    for name in names where !wanted.contains(name) { entries[name] = nil }
    for name in wanted where entries[name] == nil { entries[name] = Entry(deadline: deadline) }
    names = wanted.sorted()
    mustRequest = true
  }

  /// The request that is due, if any: an answer, a subscription, or both in one.
  mutating func takeRequest(node: Node?) -> DiscoveryRequest? {
    // An empty first request would ask for everything.
    guard mustRequest, hasRequested || !names.isEmpty else { return nil }
    let request = DiscoveryRequest(
      typeURL: type.typeURL,
      versionInfo: version,
      node: node,
      resourceNames: names,
      responseNonce: nonce,
      errorDetail: refusal
    )
    mustRequest = false
    hasRequested = true
    refusal = nil
    return request
  }

  // MARK: Responses

  mutating func receive(_ response: DiscoveryResponse) {
    var problems: [String] = []
    var seen: Set<String> = []
    for result in response.resources {
      switch result {
      case .success(let resource) where resource.type == type:
        seen.insert(resource.name)
        accept(resource, version: response.versionInfo)
      case .success(let resource):
        problems.append("resource \"\(resource.name)\": is not of type \(type.shortName)")
      case .failure(let invalid):
        seen.insert(invalid.name)
        refuse(invalid)
        problems.append("resource \"\(invalid.name)\": \(invalid.reason)")
      }
    }
    // An unreadable resource may be any of those that seem to be missing.
    if type.isStateOfTheWorld, !seen.contains("") { delete(except: seen) }

    if problems.isEmpty { version = response.versionInfo }
    noteResponse(response.nonce, problems)
  }

  /// Notes that a response is to be answered: refused, where it has problems.
  private mutating func noteResponse(_ nonce: String, _ problems: [String]) {
    self.nonce = nonce
    if !problems.isEmpty {
      refusal = "error parsing \(type.shortName) response: \(problems.joined(separator: "; "))"
    }
    mustRequest = true
  }

  private mutating func accept(
    _ resource: Resource,
    version: String,
    resourceVersion: String = ""
  ) {
    guard entries[resource.name] != nil else { return }
    entries[resource.name] = Entry(
      value: resource,
      version: version,
      resourceVersion: resourceVersion
    )
  }

  private mutating func refuse(_ invalid: DiscoveryResponse.Invalid) {
    guard entries[invalid.name] != nil, entries[invalid.name]?.value == nil else { return }
    entries[invalid.name] = Entry(
      failure: "\(type.noun) \(invalid.name) is invalid: \(invalid.reason)"
    )
  }

  /// Deletes what is missing from a response that carries all there is.
  ///
  /// One that never came may have been asked for after the response was made: its timer decides.
  private mutating func delete(except seen: Set<String>) {
    for name in names where !seen.contains(name) && entries[name]?.value != nil { delete(name) }
  }

  private mutating func delete(_ name: String) {
    entries[name] = Entry(failure: "\(type.noun) \(name) does not exist")
  }

  // MARK: Delta

  /// The delta request that is due, if any: an answer, changes of the subscription, or both in one.
  mutating func takeDeltaRequest(node: Node?) -> DeltaDiscoveryRequest? {
    let wanted = Set(names)
    // An empty first request would ask for everything.
    guard mustRequest, mustAnswer || wanted != asked else { return nil }
    var request = DeltaDiscoveryRequest(
      typeURL: type.typeURL,
      node: node,
      subscribe: wanted.subtracting(asked).sorted(),
      unsubscribe: asked.subtracting(wanted).sorted(),
      responseNonce: mustAnswer ? nonce : "",
      errorDetail: mustAnswer ? refusal : nil
    )
    if !hasRequested {
      let held = entries.filter { $0.value.value != nil && !$0.value.resourceVersion.isEmpty }
      request.initialVersions = held.mapValues(\.resourceVersion)
    }
    asked = wanted
    mustRequest = false
    mustAnswer = false
    hasRequested = true
    refusal = nil
    return request
  }

  mutating func receive(_ response: DeltaDiscoveryResponse) {
    var problems: [String] = []
    for item in response.resources {
      switch item.resource {
      case .success(let resource) where resource.type == type && resource.name == item.name:
        accept(resource, version: response.systemVersion, resourceVersion: item.version)
      case .success(let resource):
        problems.append(
          "resource \"\(item.name)\": is \(resource.type.shortName) \"\(resource.name)\""
        )
      case .failure(let invalid):
        refuse(.init(name: item.name, reason: invalid.reason))
        problems.append("resource \"\(item.name)\": \(invalid.reason)")
      }
    }
    for name in response.removed where entries[name] != nil { delete(name) }
    noteResponse(response.nonce, problems)
    mustAnswer = true
  }

  // MARK: Time

  var nextDeadline: MonotonicTime? { entries.values.compactMap(\.deadline).min() }

  /// Lets what is overdue count as not existing.
  mutating func tick(_ time: MonotonicTime) {
    for name in names {
      guard let deadline = entries[name]?.deadline, deadline <= time else { continue }
      entries[name] = Entry(failure: "\(type.noun) \(name) does not exist: it never came")
    }
  }
}

extension ResourceType {
  fileprivate var noun: String {
    switch self {
    case .cluster: "cluster"
    case .endpoints: "endpoints of cluster"
    case .listener: "listener"
    case .routeConfiguration: "route configuration"
    }
  }
}
