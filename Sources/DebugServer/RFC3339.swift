internal import Foundation
internal import MeshModel

/// A moment as `2022-04-07T05:06:40.384Z`.
func rfc3339(_ time: Timestamp) -> String {
  let date = Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000)
  return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}
