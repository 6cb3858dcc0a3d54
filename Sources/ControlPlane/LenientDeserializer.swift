internal import GRPCCore
internal import GRPCProtobuf
internal import SwiftProtobuf

/// Reads reports; nil for one that isn't valid, since a lost report is no reason to lose the rest.
struct LenientDeserializer<Report: Message>: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Report? {
    try? ProtobufDeserializer<Report>().deserialize(bytes)
  }
}
