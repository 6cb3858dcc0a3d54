import SwiftProtobuf
import XDSProtos

/// The fields of an entry's metadata `weir`, for what the protocol has no field for.
enum OwnField: String {
  /// A text: the `version_info` of the route configuration that decided.
  case configVersion = "config_version"
  /// A number: calls left out.
  case dropped
}

extension Envoy_Data_Accesslog_V3_AccessLogCommon {
  static let ownKey = "weir"

  func ownField(_ field: OwnField) -> Google_Protobuf_Value? {
    guard hasMetadata else { return nil }
    return metadata.filterMetadata[Self.ownKey]?.fields[field.rawValue]
  }

  mutating func setOwnField(_ field: OwnField, _ value: Google_Protobuf_Value) {
    metadata.filterMetadata[Self.ownKey, default: .init()].fields[field.rawValue] = value
  }
}
