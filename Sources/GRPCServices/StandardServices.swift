package import GRPCCore
import XDSProtos

/// What every server of Weir registers beside its own services: health, and reflection in both
/// versions.
///
/// - Parameters:
///   - services: The server's own services, by full name.
///   - health: What the health service tells.
/// - Returns: Services to give to a `GRPCServer` along with its own.
/// - Throws: Only if the built-in descriptors can't be read.
package func standardServices(
  besides services: [String],
  health: HealthStatusBook
) throws -> [any RegistrableRPCService] {
  let healthName = Grpc_Health_V1_Health.descriptor.fullyQualifiedService
  let reflection = try ReflectionService(services: services + [healthName])
  return [HealthService(health), reflection, ReflectionServiceAlpha(reflection)]
}
