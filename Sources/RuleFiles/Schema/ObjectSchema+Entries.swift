extension ObjectSchema {
  static let serviceEntry = ObjectSchema(
    name: "ServiceEntry",
    fields: [
      .required("hosts", .strings),
      .applied("addresses", .list(.ipAddress(ofEndpoint: false))),
      .required("ports", .list(.object(servicePort))),
      .applied("location", .enumeration(["MESH_EXTERNAL", "MESH_INTERNAL"])),
      .applied("resolution", .enumeration(resolutions)),
      .applied("endpoints", .list(.object(workloadEntry))),
      .applied("workloadSelector", .object(workloadSelector(label: "labels"))),
      .notApplied("exportTo", .strings),
      .notApplied("subjectAltNames", .strings),
    ]
  )

  /// Istio's words; of them only `STATIC` can be done here.
  static let resolutions = ["NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"]

  static let workloadEntry = ObjectSchema(
    name: "WorkloadEntry",
    fields: [
      .required("address", .ipAddress(ofEndpoint: true)),
      .applied("ports", .map(.port)),
      .applied("labels", .stringMap),
      .applied("weight", .weight),
      .applied("locality", .string),
      .notApplied("network", .string),
      .ignored("serviceAccount", .string),
    ]
  )

  private static let servicePort = ObjectSchema(
    name: "ServicePort",
    fields: [
      .required("number", .port),
      .required("name", .string),
      .applied("protocol", .string),
      .applied("targetPort", .port),
    ]
  )
}
