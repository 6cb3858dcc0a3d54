internal import MeshModel

/// The page `/debug/configz`: rules, services and workloads, as the engine has them.
func configPage(of mesh: Mesh) -> JSONValue {
  [
    "virtualServices": .array(mesh.rules.virtualServices.map(entry)),
    "destinationRules": .array(mesh.rules.destinationRules.map(entry)),
    "services": .array(mesh.inventory.services.map(entry)),
    "workloads": .array(mesh.inventory.workloads.map(entry)),
  ]
}

private func entry(_ service: VirtualService) -> JSONValue {
  [
    "name": .string(service.name.name),
    "namespace": .string(service.name.namespace),
    "hosts": JSONValue(service.hosts),
    "http": .array(service.http.map(entry)),
  ]
}

private func entry(_ rule: HTTPRoute) -> JSONValue {
  [
    "name": rule.name.map { .string($0) } ?? .null,
    "match": .string(HTTPMatch.text(of: rule.matches)),
    "route": .array(rule.destinations.map(entry)),
  ]
}

private func entry(_ destination: RouteDestination) -> JSONValue {
  [
    "host": .string(destination.host),
    "subset": destination.subset.map { .string($0) } ?? .null,
    "port": destination.port.map { .integer(Int64($0)) } ?? .null,
    "weight": .integer(Int64(destination.weight.value)),
  ]
}

private func entry(_ rule: DestinationRule) -> JSONValue {
  [
    "name": .string(rule.name.name),
    "namespace": .string(rule.name.namespace),
    "host": .string(rule.host),
    "subsets": .array(
      rule.subsets.map { ["name": .string($0.name), "labels": JSONValue($0.labels)] }
    ),
  ]
}

private func entry(_ service: MeshService) -> JSONValue {
  [
    "host": .string(service.host.description),
    "addresses": JSONValue(service.addresses),
    "ports": .array(
      service.ports.map { ["name": .string($0.name), "number": .integer(Int64($0.number))] }
    ),
  ]
}

private func entry(_ workload: Workload) -> JSONValue {
  let locality = workload.locality
  return [
    "id": .string(workload.id),
    "host": .string(workload.host.description),
    "address": .string(workload.address),
    "port": .integer(Int64(workload.port)),
    "version": .string(workload.workloadVersion),
    "labels": JSONValue(workload.labels),
    "health": .string(workload.health.rawValue),
    "weight": .integer(Int64(workload.weight)),
    "locality": .string("\(locality.region)/\(locality.zone)/\(locality.subZone)"),
  ]
}
