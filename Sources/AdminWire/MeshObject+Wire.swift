internal import AdminProtos
package import MeshModel
internal import RuleFiles

extension AdminV1.Object {
  package init(_ object: MeshObject) {
    self.init()
    json = RuleWriter.json(object)
  }

  /// A rule, as the only one of a VirtualService.
  init(route: HTTPRoute) {
    let name = ResourceName(name: "rule")
    self.init(.virtualService(VirtualService(name: name, hosts: [name.name], http: [route])))
  }

  /// Matches, as those of the only rule of a VirtualService.
  init(matches: [HTTPMatch]) {
    let destination = RouteDestination(host: "rule", weight: Weight(clamping: 1))
    self.init(route: HTTPRoute(matches: matches, destinations: [destination]))
  }
}

extension MeshObject {
  package init(_ wire: AdminV1.Object) throws(AdminWireError) {
    do {
      self = try RuleReader.object(json: wire.json)
    } catch {
      throw AdminWireError("an Object's JSON: \(error)")
    }
  }
}

extension HTTPRoute {
  init(_ wire: AdminV1.Object) throws(AdminWireError) {
    guard case .virtualService(let service) = try MeshObject(wire), let route = service.http.first,
      service.http.count == 1
    else {
      throw AdminWireError("a rule's Object is none; want a VirtualService with one rule")
    }
    self = route
  }
}
