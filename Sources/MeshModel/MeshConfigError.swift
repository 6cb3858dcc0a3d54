/// What is wrong with a piece of mesh configuration, and what was wanted instead.
package struct MeshConfigError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of mistake; stable, so that scripts and tests can rely on it.
  package enum Code: String, CaseIterable, Hashable, Sendable {
    case weightOutOfRange
    case weightsAllZero
    case weightsMalformed
    case weightsOverflow
    case destinationsMissing
    case ruleNotFound
    case destinationNotFound
    case virtualServiceNotFound
    case objectNotFound
    case revisionNotFound
    case headerNameInvalid
    case headerNameUpperCase
    case matchEmpty
    case matchMalformed
    case regexInvalid
    case hostInvalid
    case hostsMissing
    case subsetNameInvalid
    case subsetDuplicate
    case subsetUndefined
    case subsetWithoutWorkload
    case ruleUnreachable
    case defaultRuleMissing
    case virtualServiceDuplicate
    case destinationRuleDuplicate
    case destinationDuplicate
    case serviceDuplicate
    case addressInvalid
    case addressShared
    case portInvalid
    case endpointsMissing
    case endpointDuplicate
    case workloadUnselected
    case hostDuplicate
    case hostUnknown
    case gatewayInvalid
    case gatewayOnly
    case weightIneffective
    case actionConflict
    case durationInvalid
    case timeoutTooShort
    case retriesInvalid
    case redirectInvalid
    case directResponseInvalid
    case rewriteInvalid
    case mirrorIneffective
    case faultInvalid
    case faultOnEveryCall
    case corsInvalid
    case headerChangeInvalid
    case claimNotApplied
    case ignoreCaseIneffective
    case namespaceInvalid
    case labelInvalid
    case portUnknown
    case delegateInvalid
    case delegateUnknown
    case delegateConflict
    case subsetWithoutLabels
    case trafficPolicyInvalid
    case portDuplicate
    case consistentHashInvalid
    case localityInvalid
    case localityIneffective
    case warmupInvalid
    case connectionPoolInvalid
    case outlierDetectionInvalid
    case tlsInvalid
    case tlsUnverified
    case selectorEmpty
    case nothingToUndo
    case nothingToRedo
  }

  package let code: Code
  /// One sentence: what was found, what was wanted, and where.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
