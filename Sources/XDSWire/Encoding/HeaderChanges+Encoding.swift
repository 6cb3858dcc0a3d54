import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension HeaderChanges.Operations {
  /// What is set comes first, as in Istio.
  var additions: [Envoy_Config_Core_V3_HeaderValueOption] {
    self.set.map { Envoy_Config_Core_V3_HeaderValueOption($0, .overwriteIfExistsOrAdd) }
      + add.map { Envoy_Config_Core_V3_HeaderValueOption($0, .appendIfExistsOrAdd) }
  }
}

extension Envoy_Config_Route_V3_WeightedCluster.ClusterWeight {
  mutating func set(_ changes: HeaderChanges) {
    requestHeadersToAdd = changes.request.additions
    requestHeadersToRemove = changes.request.remove
    responseHeadersToAdd = changes.response.additions
    responseHeadersToRemove = changes.response.remove
  }
}

extension Envoy_Config_Core_V3_HeaderValueOption {
  fileprivate init(_ field: HeaderField, _ action: HeaderAppendAction) {
    self.init()
    header.key = field.name
    header.value = formatText(field.value)
    appendAction = action
    keepEmptyValue = field.value.isEmpty
  }
}

/// What stands for a property of the call in a header's value: `%PROTOCOL%`, `%REQ(user)%`.
private let formatCommands: Set<Substring> = [
  "DOWNSTREAM_DIRECT_REMOTE_ADDRESS", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT",
  "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_LOCAL_PORT",
  "DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "HOSTNAME", "PROTOCOL",
  "REQ", "RESP", "RESPONSE_FLAGS", "START_TIME", "UPSTREAM_CLUSTER", "UPSTREAM_HOST",
  "UPSTREAM_LOCAL_ADDRESS", "UPSTREAM_REMOTE_ADDRESS",
]

/// A header's value as Envoy takes it, where `%` begins a command: what is none is text.
///
/// Envoy refuses all routes for one command that it doesn't know.
func formatText(_ text: String) -> String {
  guard text.contains("%") else { return text }
  var result = ""
  var rest = text[...]
  while let start = rest.firstIndex(of: "%") {
    result += rest[..<start]
    let inner = rest[rest.index(after: start)...]
    guard let end = inner.firstIndex(of: "%") else {
      result += "%%"
      rest = inner
      continue
    }
    let command = inner[..<end]
    if command.isEmpty {
      result += "%%"
      rest = inner[inner.index(after: end)...]
    } else if isFormatCommand(command) {
      result += "%\(command)%"
      rest = inner[inner.index(after: end)...]
    } else {
      result += "%%"
      rest = inner
    }
  }
  return result + rest
}

/// Whether it is `NAME`, or for those that want one `NAME(argument)`.
private func isFormatCommand(_ text: Substring) -> Bool {
  let wantsArgument: Set<Substring> = ["REQ", "RESP"]
  guard let open = text.firstIndex(of: "(") else {
    return formatCommands.contains(text) && !wantsArgument.contains(text)
  }
  let name = text[..<open]
  let argument = text[text.index(after: open)...]
  let letters = argument.dropLast().utf8
  return wantsArgument.contains(name) && argument.last == ")" && !letters.isEmpty
    && letters.allSatisfy { byte in
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
