import MeshModel
import SwiftProtobuf
import XDSProtos

extension Google_Protobuf_Duration {
  /// As Envoy takes it: from 0 to some 285 years, for it refuses what nanoseconds can't tell in 63
  /// bits.
  init(_ duration: Duration) {
    let nanoseconds = min(duration.nanoseconds, 9_000_000_000_000_000_000)
    self.init()
    seconds = Int64(nanoseconds / 1_000_000_000)
    nanos = Int32(nanoseconds % 1_000_000_000)
  }
}

extension Envoy_Type_V3_FractionalPercent {
  init(_ percentage: Percentage) {
    self.init()
    numerator = percentage.perMillion
    denominator = .million
  }
}

extension Envoy_Config_Core_V3_RuntimeFractionalPercent {
  init(_ percentage: Percentage) {
    self.init()
    defaultValue = Proto.FractionalPercent(percentage)
  }
}

extension Envoy_Type_Matcher_V3_StringMatcher {
  /// `present` is any text.
  init(_ match: StringMatch) {
    self.init()
    switch match {
    case .exact(let text): exact = text
    case .prefix(let text) where !text.isEmpty: prefix = text
    case .regex(let regex): safeRegex.regex = regex
    case .prefix, .present: safeRegex.regex = ".*"
    }
  }
}

extension Envoy_Config_Core_V3_DataSource {
  /// A file on the client's own machine.
  init(file: String) {
    self.init()
    filename = file
  }
}
