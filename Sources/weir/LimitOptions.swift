import ArgumentParser
import ControlPlane

/// Bounds on what a client can make the engine hold.
struct LimitOptions: ParsableArguments {
  private static let standard = ControlPlane.Limits()

  @Option(
    name: .customLong("max-streams"),
    help: ArgumentHelp("Discovery streams open at once, 1 or more.", valueName: "n")
  )
  var maxStreams = LimitOptions.standard.maxStreams

  @Option(
    name: .customLong("max-streams-per-connection"),
    help: ArgumentHelp("RPCs open at once on one connection, 1 or more.", valueName: "n")
  )
  var maxStreamsPerConnection = LimitOptions.standard.maxStreamsPerConnection

  @Option(
    name: .customLong("max-request-bytes"),
    help: ArgumentHelp("Bytes in one request of a client, 1024 or more.", valueName: "n")
  )
  var maxRequestBytes = LimitOptions.standard.maxRequestBytes

  @Option(
    name: .customLong("max-names"),
    help: ArgumentHelp("Names in one subscription, 1 or more.", valueName: "n")
  )
  var maxNames = LimitOptions.standard.maxNames

  func validate() throws {
    try Self.check("--max-streams", maxStreams, from: 1)
    try Self.check("--max-streams-per-connection", maxStreamsPerConnection, from: 1)
    try Self.check("--max-request-bytes", maxRequestBytes, from: 1_024)
    try Self.check("--max-names", maxNames, from: 1)
  }

  var limits: ControlPlane.Limits {
    var limits = Self.standard
    limits.maxStreams = maxStreams
    limits.maxStreamsPerConnection = maxStreamsPerConnection
    limits.maxRequestBytes = maxRequestBytes
    limits.maxNames = maxNames
    return limits
  }

  private static func check(_ flag: String, _ value: Int, from least: Int) throws {
    guard value >= least, value <= Int(Int32.max) else {
      throw ValidationError(
        "\(flag) is \(value); want a whole number from \(least) to \(Int32.max)"
      )
    }
  }
}
