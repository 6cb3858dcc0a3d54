package import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
package import XDSProtos

/// The standard reflection service, `grpc.reflection.v1.ServerReflection`.
package struct ReflectionService: Grpc_Reflection_V1_ServerReflection.SimpleServiceProtocol {
  private let services: [String]
  private let catalog: DescriptorCatalog

  /// - Parameters:
  ///   - services: The full names of what the server registers, itself excepted.
  ///   - descriptorSet: A serialized `FileDescriptorSet` of the files that declare them.
  /// - Throws: `BinaryDecodingError` where the bytes are no descriptor set.
  package init(
    services: [String],
    descriptorSet: [UInt8] = reflectedDescriptorSet
  ) throws {
    let own = [
      Grpc_Reflection_V1_ServerReflection.descriptor,
      Grpc_Reflection_V1alpha_ServerReflection.descriptor,
    ]
    self.services = Set(services + own.map(\.fullyQualifiedService)).sorted()
    catalog = try DescriptorCatalog(descriptorSet)
  }

  package func serverReflectionInfo(
    request: RPCAsyncSequence<Grpc_Reflection_V1_ServerReflectionRequest, any Error>,
    response: RPCWriter<Grpc_Reflection_V1_ServerReflectionResponse>,
    context: ServerContext
  ) async throws {
    for try await question in request { try await response.write(answer(to: question)) }
  }

  /// Answers one question; what can't be found is an answer too.
  func answer(
    to question: Grpc_Reflection_V1_ServerReflectionRequest
  ) -> Grpc_Reflection_V1_ServerReflectionResponse {
    var answer = Grpc_Reflection_V1_ServerReflectionResponse()
    answer.validHost = question.host
    answer.originalRequest = question
    answer.messageResponse =
      switch question.messageRequest {
      case .fileByFilename(let name):
        files(catalog.file(named: name), else: "no file \"\(name)\"")
      case .fileContainingSymbol(let symbol):
        files(catalog.file(declaring: symbol), else: "no symbol \"\(symbol)\"")
      case .fileContainingExtension(let field):
        notFound("no extension \(field.extensionNumber) of \"\(field.containingType)\"")
      case .allExtensionNumbersOfType(let type):
        extensionNumbers(of: type)
      case .listServices:
        .listServicesResponse(list)
      case nil:
        failure(.invalidArgument, "the request asks for nothing")
      }
    return answer
  }

  private typealias Answer =
    Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse

  private var list: Grpc_Reflection_V1_ListServiceResponse {
    var list = Grpc_Reflection_V1_ListServiceResponse()
    list.service = services.map { name in
      var service = Grpc_Reflection_V1_ServiceResponse()
      service.name = name
      return service
    }
    return list
  }

  private func files(
    _ files: Grpc_Reflection_V1_FileDescriptorResponse?,
    else message: String
  ) -> Answer {
    files.map(Answer.fileDescriptorResponse) ?? notFound(message)
  }

  /// The schema is proto3 and declares no extensions.
  private func extensionNumbers(of type: String) -> Answer {
    guard catalog.hasMessage(type) else { return notFound("no message \"\(type)\"") }
    var response = Grpc_Reflection_V1_ExtensionNumberResponse()
    response.baseTypeName = type
    return .allExtensionNumbersResponse(response)
  }

  private func notFound(_ message: String) -> Answer { failure(.notFound, message) }

  private func failure(_ code: Status.Code, _ message: String) -> Answer {
    var error = Grpc_Reflection_V1_ErrorResponse()
    error.errorCode = Int32(code.rawValue)
    error.errorMessage = message
    return .errorResponse(error)
  }
}

/// The same under its older name, `grpc.reflection.v1alpha.ServerReflection`, which `grpc_cli` and
/// older clients ask for.
package struct ReflectionServiceAlpha:
  Grpc_Reflection_V1alpha_ServerReflection.SimpleServiceProtocol
{
  private let service: ReflectionService

  package init(_ service: ReflectionService) {
    self.service = service
  }

  package func serverReflectionInfo(
    request: RPCAsyncSequence<Grpc_Reflection_V1alpha_ServerReflectionRequest, any Error>,
    response: RPCWriter<Grpc_Reflection_V1alpha_ServerReflectionResponse>,
    context: ServerContext
  ) async throws {
    for try await question in request {
      // The messages differ in the name of their package alone, so their bytes don't.
      let bytes: [UInt8] = try question.serializedBytes()
      let answer = service.answer(to: try .init(serializedBytes: bytes))
      try await response.write(.init(serializedBytes: answer.serializedBytes() as [UInt8]))
    }
  }
}
