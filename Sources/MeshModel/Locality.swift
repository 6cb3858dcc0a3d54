/// Where a workload runs: `region/zone/subzone`, each part empty where unknown.
package struct Locality: Hashable, Sendable, Comparable {
  package var region: String
  package var zone: String
  package var subZone: String

  package init(region: String = "", zone: String = "", subZone: String = "") {
    self.region = region
    self.zone = zone
    self.subZone = subZone
  }

  package static func < (left: Locality, right: Locality) -> Bool {
    (left.region, left.zone, left.subZone) < (right.region, right.zone, right.subZone)
  }
}
