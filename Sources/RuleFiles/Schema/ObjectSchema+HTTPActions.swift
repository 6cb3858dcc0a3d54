extension ObjectSchema {
  static let redirect = ObjectSchema(
    name: "HTTPRedirect",
    fields: [
      .applied("uri", .string),
      .applied("authority", .string),
      .applied("port", .port),
      .applied("derivePort", .enumeration(["FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"])),
      .applied("scheme", .string),
      .applied("redirectCode", .integer(300...399)),
      .applied("prefixRewrite", .string),
    ],
    exclusive: [["port", "derivePort"], ["uri", "prefixRewrite"]]
  )

  static let directResponse = ObjectSchema(
    name: "HTTPDirectResponse",
    fields: [
      .required("status", .integer(200...599)),
      .applied(
        "body",
        .object(
          ObjectSchema(
            name: "HTTPBody",
            fields: [.applied("string", .string), .applied("bytes", .string)],
            exclusive: [["string", "bytes"]]
          )
        )
      ),
    ]
  )

  static let delegate = ObjectSchema(
    name: "Delegate",
    fields: [.applied("name", .string), .applied("namespace", .string)]
  )

  static let rewrite = ObjectSchema(
    name: "HTTPRewrite",
    fields: [
      .applied("uri", .string),
      .applied("authority", .string),
      .applied(
        "uriRegexRewrite",
        .object(
          ObjectSchema(
            name: "RegexRewrite",
            fields: [.applied("match", .string), .applied("rewrite", .string)]
          )
        )
      ),
    ],
    exclusive: [["uri", "uriRegexRewrite"]]
  )

  static let retries = ObjectSchema(
    name: "HTTPRetry",
    fields: [
      .applied("attempts", .integer(0...Int64(Int32.max))),
      .applied("perTryTimeout", .duration),
      .applied("retryOn", .string),
      .applied("retryRemoteLocalities", .boolean),
      .applied("retryIgnorePreviousHosts", .boolean),
      .applied("backoff", .duration),
    ]
  )

  static let fault: ObjectSchema = {
    let delay = ObjectSchema(
      name: "Delay",
      fields: [
        .applied("fixedDelay", .duration),
        .applied("exponentialDelay", .duration),
        .applied("percent", .integer(0...100)),
        .applied("percentage", .object(percent)),
      ],
      exclusive: [["fixedDelay", "exponentialDelay"], ["percent", "percentage"]]
    )
    let abort = ObjectSchema(
      name: "Abort",
      fields: [
        .applied("httpStatus", .integer(200...599)),
        .applied("grpcStatus", .string),
        .applied("http2Error", .string),
        .applied("percentage", .object(percent)),
      ],
      exclusive: [["httpStatus", "grpcStatus", "http2Error"]]
    )
    return ObjectSchema(
      name: "HTTPFaultInjection",
      fields: [.applied("delay", .object(delay)), .applied("abort", .object(abort))]
    )
  }()

  static let mirror = ObjectSchema(
    name: "HTTPMirrorPolicy",
    fields: [
      .required("destination", .object(destination)), .applied("percentage", .object(percent)),
    ]
  )

  static let corsPolicy = ObjectSchema(
    name: "CorsPolicy",
    fields: [
      .applied("allowOrigin", .strings),
      .applied("allowOrigins", .list(.object(stringMatch))),
      .applied("allowMethods", .strings),
      .applied("allowHeaders", .strings),
      .applied("exposeHeaders", .strings),
      .applied("maxAge", .duration),
      .applied("allowCredentials", .boolean),
      .applied(
        "unmatchedPreflights",
        .enumeration(["UNSPECIFIED", "FORWARD", "IGNORE"])
      ),
    ]
  )
}
