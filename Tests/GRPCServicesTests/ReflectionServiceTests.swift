import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import Testing
import XDSProtos

@testable import GRPCServices

private typealias Question = Grpc_Reflection_V1_ServerReflectionRequest
private typealias Answer = Grpc_Reflection_V1_ServerReflectionResponse

@Suite("The reflection service")
struct ReflectionServiceTests {
  /// Asks all on one stream.
  private func ask(
    _ questions: [Question.OneOf_MessageRequest?]
  ) async throws -> [Answer] {
    try await withLoopback { client in
      try await Grpc_Reflection_V1_ServerReflection.Client(wrapping: client).serverReflectionInfo {
        writer in
        for kind in questions {
          var question = Question()
          question.host = "h"
          question.messageRequest = kind
          try await writer.write(question)
        }
      } onResponse: { response in
        try await response.messages.reduce(into: []) { $0.append($1) }
      }
    }
  }

  @Test("lists the server's services and the standard ones")
  func list() async throws {
    let answers = try await ask([.listServices("")])
    #expect(
      answers.map(\.listServicesResponse.service).first?.map(\.name) == [
        "api.Greeter", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
      ]
    )
    #expect(answers.first?.validHost == "h")
    #expect(answers.first?.originalRequest.listServices == "")
  }

  @Test(
    "finds the file of a symbol of any kind",
    arguments: [
      ("api.Greeter", "api/greeter.proto"), ("api.Greeter.SayHello", "api/greeter.proto"),
      ("api.User", "api/greeter.proto"), ("api.User.id", "api/greeter.proto"),
      ("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"),
      ("grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"),
      (
        "grpc.reflection.v1.ServerReflectionRequest.message_request",
        "grpc/reflection/v1/reflection.proto"
      ),
      ("grpc.reflection.v1alpha.ServerReflection", "grpc/reflection/v1alpha/reflection.proto"),
    ]
  )
  func symbol(name: String, file: String) async throws {
    let answers = try await ask([.fileContainingSymbol(name), .fileByFilename(file)])
    let files = try answers.map { answer in
      try answer.fileDescriptorResponse.fileDescriptorProto.map { bytes in
        try Google_Protobuf_FileDescriptorProto(serializedBytes: bytes).name
      }
    }
    #expect(files == [[file], [file]])
  }

  @Test("says what it doesn't have, and goes on")
  func missing() async throws {
    var field = Grpc_Reflection_V1_ExtensionRequest()
    field.containingType = "api.User"
    field.extensionNumber = 5
    let answers = try await ask([
      .fileContainingSymbol("api.Nobody"), .fileContainingSymbol(""), .fileByFilename("x.proto"),
      .fileContainingExtension(field), .allExtensionNumbersOfType("api.Nobody"), nil,
      .allExtensionNumbersOfType("api.User"),
    ])
    #expect(answers.map(\.errorResponse.errorCode) == [5, 5, 5, 5, 5, 3, 0])
    #expect(answers.first?.errorResponse.errorMessage == "no symbol \"api.Nobody\"")
    #expect(answers.last?.allExtensionNumbersResponse.baseTypeName == "api.User")
  }

  @Test("answers under its older name too")
  func alpha() async throws {
    typealias Alpha = Grpc_Reflection_V1alpha_ServerReflection
    let names = try await withLoopback { client in
      try await Alpha.Client(wrapping: client).serverReflectionInfo { writer in
        var question = Grpc_Reflection_V1alpha_ServerReflectionRequest()
        question.listServices = ""
        try await writer.write(question)
      } onResponse: { response in
        try await response.messages.reduce(into: []) { names, answer in
          names += answer.listServicesResponse.service.map(\.name)
        }
      }
    }
    #expect(names.contains("api.Greeter"))
    #expect(names.count == 4)
  }

  @Test("gives a file with what it imports, each once")
  func imports() throws {
    var set = Google_Protobuf_FileDescriptorSet()
    set.file = [("a", ["b", "c"]), ("b", ["c", "gone"]), ("c", ["a"])].map { name, imports in
      var file = Google_Protobuf_FileDescriptorProto()
      file.name = name
      file.dependency = imports
      return file
    }
    let catalog = try DescriptorCatalog(try set.serializedBytes())
    let found = try #require(catalog.file(named: "a")).fileDescriptorProto.map { bytes in
      try Google_Protobuf_FileDescriptorProto(serializedBytes: bytes).name
    }
    #expect(found == ["a", "b", "c"])
    #expect(catalog.file(named: "gone") == nil)
  }

  @Test("refuses bytes that are no descriptors")
  func unreadable() {
    #expect(throws: (any Error).self) {
      try ReflectionService(services: [], descriptorSet: [0xff])
    }
  }
}
