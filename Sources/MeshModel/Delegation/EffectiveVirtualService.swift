/// A VirtualService as its callers meet it: in the place of each rule that delegates stand the rules
/// of the VirtualService it names.
package struct EffectiveVirtualService: Hashable, Sendable {
  /// Where a rule comes from.
  package struct Origin: Hashable, Sendable {
    /// The index in the VirtualService's own `http`, from 0.
    package var rule: Int
    /// The rule that took its place; nil where it stands for itself.
    package var delegate: RuleAddress?

    package init(rule: Int, delegate: RuleAddress? = nil) {
      self.rule = rule
      self.delegate = delegate
    }
  }

  /// Without rules that delegate.
  package var service: VirtualService
  /// One for each rule of ``service``, in order.
  package var origins: [Origin]
}

extension MeshRules {
  /// The VirtualServices that callers meet: those with hosts, with what they delegate put in place.
  ///
  /// O(rules). As in Istio, a rule disappears whose delegate isn't there or has hosts of its own, and
  /// of a delegate's rules those that contradict the rule's match, or delegate themselves.
  package var effectiveVirtualServices: [VirtualService] {
    effectiveVirtualServicesWithOrigins.map(\.service)
  }

  /// As ``effectiveVirtualServices``, with where each rule comes from.
  package var effectiveVirtualServicesWithOrigins: [EffectiveVirtualService] {
    let delegates = Dictionary(
      virtualServices.lazy.filter(\.isDelegate).map { ($0.name, $0) }
    ) { first, _ in first }
    return virtualServices.lazy.filter { !$0.isDelegate }.map { $0.resolved(with: delegates) }
  }
}

extension VirtualService {
  /// Whether it is only there for others to delegate to.
  package var isDelegate: Bool { hosts.isEmpty }

  fileprivate func resolved(
    with delegates: [ResourceName: VirtualService]
  ) -> EffectiveVirtualService {
    guard http.contains(where: { $0.delegate != nil }) else {
      return EffectiveVirtualService(
        service: self,
        origins: http.indices.map { EffectiveVirtualService.Origin(rule: $0) }
      )
    }
    var result = EffectiveVirtualService(service: self, origins: [])
    result.service.http = []
    for (index, rule) in http.enumerated() {
      guard let name = rule.delegate else {
        result.add(rule, EffectiveVirtualService.Origin(rule: index))
        continue
      }
      for (position, leaf) in (delegates[name]?.http ?? []).enumerated() {
        guard let merged = leaf.merged(under: rule) else { continue }
        let address = RuleAddress(virtualService: name, index: position)
        result.add(merged, EffectiveVirtualService.Origin(rule: index, delegate: address))
      }
    }
    return result
  }
}

extension EffectiveVirtualService {
  fileprivate mutating func add(_ rule: HTTPRoute, _ origin: Origin) {
    service.http.append(rule)
    origins.append(origin)
  }
}
