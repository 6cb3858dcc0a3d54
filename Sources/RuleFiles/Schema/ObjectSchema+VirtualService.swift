extension ObjectSchema {
  static let virtualService = ObjectSchema(
    name: "VirtualService",
    fields: [
      .required("hosts", .strings),
      .applied("gateways", .strings),
      .applied("http", .list(.object(httpRoute))),
      .notApplied("tls", .list(.anything)),
      .notApplied("tcp", .list(.anything)),
      .notApplied("exportTo", .strings),
    ]
  )

  static let httpRoute = ObjectSchema(
    name: "HTTPRoute",
    fields: [
      .applied("name", .string),
      .applied("match", .list(.object(httpMatch))),
      .applied("route", .list(.object(routeDestination))),
      .notApplied("redirect", .object(redirect)),
      .notApplied("directResponse", .object(directResponse)),
      .notApplied("delegate", .object(delegate)),
      .notApplied("rewrite", .object(rewrite)),
      .notApplied("timeout", .duration),
      .notApplied("retries", .object(retries)),
      .notApplied("fault", .object(fault)),
      .notApplied("mirror", .object(destination)),
      .notApplied("mirrors", .list(.object(mirror))),
      .notApplied("mirrorPercent", .integer(0...100)),
      .notApplied("mirrorPercentage", .object(percent)),
      .notApplied("corsPolicy", .object(corsPolicy)),
      .notApplied("headers", .object(headerChanges)),
    ],
    exclusive: [["route", "redirect", "directResponse"]]
  )

  static let httpMatch = ObjectSchema(
    name: "HTTPMatchRequest",
    fields: [
      .applied("name", .string),
      .applied("uri", .object(stringMatch)),
      .applied("ignoreUriCase", .boolean),
      .applied("method", .object(stringMatch)),
      .applied("headers", .map(.object(stringMatch))),
      .applied("withoutHeaders", .map(.object(stringMatch))),
      .applied("gateways", .strings),
      .condition("scheme", .object(stringMatch)),
      .condition("authority", .object(stringMatch)),
      .condition("port", .port),
      .condition("sourceLabels", .stringMap),
      .condition("sourceNamespace", .string),
      .condition("queryParams", .map(.object(stringMatch))),
      .ignored("statPrefix", .string),
    ]
  )

  static let stringMatch = ObjectSchema(
    name: "StringMatch",
    fields: [.applied("exact", .string), .applied("prefix", .string), .applied("regex", .string)],
    exclusive: [["exact", "prefix", "regex"]]
  )

  static let routeDestination = ObjectSchema(
    name: "HTTPRouteDestination",
    fields: [
      .required("destination", .object(destination)),
      .applied("weight", .weight),
      .notApplied("headers", .object(headerChanges)),
    ]
  )

  static let destination = ObjectSchema(
    name: "Destination",
    fields: [
      .required("host", .string),
      .applied("subset", .string),
      .applied("port", .object(portSelector)),
    ]
  )

  static let portSelector = ObjectSchema(
    name: "PortSelector",
    fields: [.required("number", .port)]
  )

  static let percent = ObjectSchema(name: "Percent", fields: [.applied("value", .number)])

  static let headerChanges: ObjectSchema = {
    let operations = ObjectSchema(
      name: "HeaderOperations",
      fields: [
        .applied("set", .stringMap), .applied("add", .stringMap), .applied("remove", .strings),
      ]
    )
    return ObjectSchema(
      name: "Headers",
      fields: [
        .applied("request", .object(operations)), .applied("response", .object(operations)),
      ]
    )
  }()
}
