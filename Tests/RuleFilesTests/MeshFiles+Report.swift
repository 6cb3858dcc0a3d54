import MeshModel
import RuleFiles

extension MeshFiles {
  /// All that files come to, as text: what is wrong, or else what is in force; then the warnings.
  var report: String {
    var lines = errors.map { "error \($0.line)" }
    if lines.isEmpty {
      lines += rules.virtualServices.flatMap(\.report)
      lines += rules.destinationRules.flatMap(\.report)
      lines += inventory.services.map(\.report) + inventory.workloads.map(\.report)
      lines += ruleFindings.filter { $0.severity == .warning }.map { "check \($0.line)" }
    }
    lines += warnings.map { "warning \($0.line)" }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension FileFinding {
  fileprivate var line: String {
    "\(place.line):\(place.column) \(code.text): \(text)"
  }
}

extension VirtualService {
  fileprivate var report: [String] {
    ["VirtualService \(name) for \(hosts.joined(separator: ", "))"]
      + http.map { "  \($0.name.map { "\($0): " } ?? "")\($0.report)" }
  }
}

extension HTTPRoute {
  fileprivate var report: String {
    let targets = destinations.map { destination in
      destination.host + (destination.subset.map { " \($0)" } ?? "")
        + (destination.port.map { ":\($0)" } ?? "") + " \(destination.weight)"
    }
    return "\(HTTPMatch.text(of: matches)) to \(targets.joined(separator: ", "))"
  }
}

extension DestinationRule {
  fileprivate var report: [String] {
    ["DestinationRule \(name) for \(host)"]
      + subsets.map { "  \($0.name) has \($0.labels.report)" }
  }
}

extension MeshService {
  fileprivate var report: String {
    let ports = ports.map { "\($0.name) \($0.number)" }.joined(separator: ", ")
    let addresses = addresses.isEmpty ? "" : " at \(addresses.joined(separator: ", "))"
    return "service \(host): \(ports)\(addresses)"
  }
}

extension Workload {
  fileprivate var report: String {
    var text = "workload \(id) of \(host): \(address) port \(port)"
    text += ports.sorted { $0.key < $1.key }.map { ", \($0.key) at \($0.value)" }.joined()
    if !workloadVersion.isEmpty { text += ", version \(workloadVersion)" }
    text += ", \(labels.report)"
    if health != .healthy { text += ", \(health.rawValue)" }
    if weight != 1 { text += ", weight \(weight)" }
    if locality != Locality() {
      text += ", in \(locality.region)/\(locality.zone)/\(locality.subZone)"
    }
    return text
  }
}

extension [String: String] {
  fileprivate var report: String {
    isEmpty
      ? "no labels"
      : sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
