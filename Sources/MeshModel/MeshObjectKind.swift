/// The kinds of objects that files hold; raw values are Istio's.
package enum MeshObjectKind: String, CaseIterable, Hashable, Sendable {
  case virtualService = "VirtualService"
  case destinationRule = "DestinationRule"
  case serviceEntry = "ServiceEntry"
  case workloadEntry = "WorkloadEntry"
}
