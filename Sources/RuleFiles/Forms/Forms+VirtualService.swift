import MeshModel

extension Forms {
  static let virtualService = ObjectForm(
    "VirtualService",
    start: VirtualService(name: ResourceName(name: ""), hosts: [], http: []),
    [
      .several("hosts", \.hosts, .strings),
      .several("gateways", \.gateways, .strings).reading { node, service, notes in
        guard !service.isForMesh else { return }
        let message =
          "not applied: this VirtualService is for gateways only; want `mesh` among them"
        notes.add(.warning, .notApplied, node.mark, message)
      },
      .several("http", \.http, .list(.object(httpRoute))),
      .kept("tls", \.kept.spec, .list(.anything)),
      .kept("tcp", \.kept.spec, .list(.anything)),
      .kept("exportTo", \.kept.spec, .strings),
    ]
  )

  static let httpRoute = ObjectForm(
    "HTTPRoute",
    start: HTTPRoute(),
    exclusive: [
      ["route", "redirect", "directResponse"], ["mirror", "mirrors"],
      ["mirrors", "mirrorPercent", "mirrorPercentage"],
    ],
    needed: [["route", "redirect", "directResponse", "delegate"]],
    [
      .optional("name", \.name, .string),
      .several("match", \.matches, .list(.object(httpMatch))),
      .several("route", \.destinations, weightedDestinations),
      .optional("redirect", \.redirect, .object(redirect)),
      .optional("directResponse", \.directResponse, .object(directResponse)),
      .optional("delegate", \.delegate, delegate),
      .optional("rewrite", \.rewrite, .object(rewrite)),
      .optional("timeout", \.timeout, .duration),
      .optional("retries", \.retries, .object(retries)),
      .optional("fault", \.fault, .object(fault)),
      .several("mirrors", \.mirrors, .list(.object(mirror))),
      .optional("corsPolicy", \.cors, .object(corsPolicy)),
      .field("headers", \.headers, .object(headerChanges), unless: HeaderChanges()),
    ] + oldMirrors
  )

  /// The older form of one mirror.
  private static let oldMirrors: [FieldForm<HTTPRoute>] = [
    .old("mirror", .object(destination)) { $1.mirrors = [HTTPMirror(destination: $0)] },
    .old("mirrorPercent", .wholePercent) { $1.setMirrorPercentage($0) },
    .old("mirrorPercentage", .percentage) { $1.setMirrorPercentage($0) },
  ]

  // MARK: Destinations

  /// Alone, its weight means nothing.
  static let destination = ObjectForm(
    "Destination",
    start: RouteDestination(host: "", weight: .hundred),
    [
      .required("host", \.host, .string),
      .optional("subset", \.namedSubset, .string),
      .optional("port", \.port, .portSelector),
    ]
  )

  private static let routeDestination = ObjectForm(
    "HTTPRouteDestination",
    start: RouteDestination(host: "", weight: .zero),
    [
      .within("destination", \.self, destination),
      .always("weight", \.weight, .weight),
      .field("headers", \.headers, .object(headerChanges), unless: HeaderChanges()),
    ]
  )

  /// Alone, a destination gets everything unless it says otherwise, and needs no weight; of several,
  /// one without a weight gets nothing.
  private static let weightedDestinations: ValueForm<[RouteDestination]> = {
    let list = ValueForm<[RouteDestination]>.list(.object(routeDestination))
    return ValueForm(
      type: list.type,
      read: { node, notes in
        var destinations = list.read(node, &notes)
        if destinations?.count == 1, destinations?[0].weight == .zero {
          destinations?[0].weight = .hundred
        }
        return destinations
      },
      write: { destinations in
        let plain = list.write(destinations)
        guard destinations.count == 1, destinations[0].weight == .hundred,
          case .list(let elements) = plain, case .object(let fields)? = elements.first
        else { return plain }
        return .list([.object(fields.filter { $0.name != "weight" })])
      }
    )
  }()
}

extension RouteDestination {
  /// An empty name is as none.
  fileprivate var namedSubset: String? {
    get { subset }
    set { subset = newValue?.isEmpty == true ? nil : newValue }
  }
}

extension HTTPRoute {
  /// Without a mirror it says nothing.
  fileprivate mutating func setMirrorPercentage(_ percentage: Percentage) {
    if !mirrors.isEmpty { mirrors[0].percentage = percentage }
  }

  fileprivate var redirect: HTTPRedirect? {
    get { if case .redirect(let redirect) = answer { redirect } else { nil } }
    set { answer = newValue.map(HTTPAnswer.redirect) }
  }

  fileprivate var directResponse: HTTPDirectResponse? {
    get { if case .direct(let response) = answer { response } else { nil } }
    set { answer = newValue.map(HTTPAnswer.direct) }
  }
}
