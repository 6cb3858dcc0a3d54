import SwiftProtobuf
import XDSProtos

/// Serialized file descriptors, by file name and by the symbols in them.
struct DescriptorCatalog: Sendable {
  private struct File {
    let bytes: Grpc_Reflection_V1_FileDescriptorResponse
    let dependencies: [String]
  }

  private var files: [String: File] = [:]
  private var fileNames: [String: String] = [:]
  private var messages: Set<String> = []

  /// Reads a serialized `FileDescriptorSet`.
  init(_ descriptorSet: [UInt8]) throws {
    let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: descriptorSet)
    for file in set.file {
      var bytes = Grpc_Reflection_V1_FileDescriptorResponse()
      bytes.fileDescriptorProto = [try file.serializedBytes()]
      files[file.name] = File(bytes: bytes, dependencies: file.dependency)
      var symbols = SymbolList(package: file.package)
      symbols.add(file)
      for symbol in symbols.names { fileNames[symbol] = file.name }
      messages.formUnion(symbols.messages)
    }
  }

  /// The file and all that it imports, itself first; nil for a file that it doesn't have.
  func file(named name: String) -> Grpc_Reflection_V1_FileDescriptorResponse? {
    guard files[name] != nil else { return nil }
    var seen: Set<String> = [name]
    var queue = [name]
    var found = Grpc_Reflection_V1_FileDescriptorResponse()
    while !queue.isEmpty {
      guard let file = files[queue.removeFirst()] else { continue }
      found.fileDescriptorProto += file.bytes.fileDescriptorProto
      queue += file.dependencies.filter { seen.insert($0).inserted }
    }
    return found
  }

  /// The same for the file that declares `symbol`, a full name without a leading dot.
  func file(declaring symbol: String) -> Grpc_Reflection_V1_FileDescriptorResponse? {
    fileNames[symbol].flatMap(file(named:))
  }

  func hasMessage(_ name: String) -> Bool { messages.contains(name) }
}

/// The full names of what a file declares.
private struct SymbolList {
  private(set) var names: [String] = []
  private(set) var messages: [String] = []
  private let package: String

  init(package: String) {
    self.package = package
  }

  mutating func add(_ file: Google_Protobuf_FileDescriptorProto) {
    for message in file.messageType { add(message, in: package) }
    for enumeration in file.enumType { add(enumeration, in: package) }
    for service in file.service {
      let name = add(service.name, in: package)
      for method in service.method { add(method.name, in: name) }
    }
    for field in file.extension { add(field.name, in: package) }
  }

  private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String) {
    let name = add(message.name, in: scope)
    messages.append(name)
    for field in message.field { add(field.name, in: name) }
    for oneof in message.oneofDecl { add(oneof.name, in: name) }
    for nested in message.nestedType { add(nested, in: name) }
    for enumeration in message.enumType { add(enumeration, in: name) }
    for field in message.extension { add(field.name, in: name) }
  }

  private mutating func add(_ enumeration: Google_Protobuf_EnumDescriptorProto, in scope: String) {
    add(enumeration.name, in: scope)
    // A value's scope is that of its enum, not the enum.
    for value in enumeration.value { add(value.name, in: scope) }
  }

  @discardableResult
  private mutating func add(_ name: String, in scope: String) -> String {
    let fullName = scope.isEmpty ? name : "\(scope).\(name)"
    names.append(fullName)
    return fullName
  }
}
