package import AdminProtos

/// Short names of the generated types.
package enum AdminV1 {
  package typealias CallExplanation = Weir_Admin_V1_CallExplanation
  package typealias CallRecord = Weir_Admin_V1_CallRecord
  package typealias CallRow = Weir_Admin_V1_CallRow
  package typealias CallSource = Weir_Admin_V1_CallSource
  package typealias CallsBatch = Weir_Admin_V1_CallsBatch
  package typealias CallsChange = Weir_Admin_V1_CallsChange
  package typealias CallsRequest = Weir_Admin_V1_CallsRequest
  package typealias ChangePreview = Weir_Admin_V1_ChangePreview
  package typealias ChangeReceipt = Weir_Admin_V1_ChangeReceipt
  package typealias ClientPicture = Weir_Admin_V1_ClientPicture
  package typealias ClientsChange = Weir_Admin_V1_ClientsChange
  package typealias ClocksPicture = Weir_Admin_V1_ClocksPicture
  package typealias EndpointPicture = Weir_Admin_V1_EndpointPicture
  package typealias EndpointsChange = Weir_Admin_V1_EndpointsChange
  package typealias EventPicture = Weir_Admin_V1_EventPicture
  package typealias EventsChange = Weir_Admin_V1_EventsChange
  package typealias ExplainRequest = Weir_Admin_V1_ExplainRequest
  package typealias Failure = Weir_Admin_V1_Failure
  package typealias Finding = Weir_Admin_V1_Finding
  package typealias Header = Weir_Admin_V1_Header
  package typealias Health = Weir_Admin_V1_Health
  package typealias Identity = Weir_Admin_V1_Identity
  package typealias Inventory = Weir_Admin_V1_Inventory
  package typealias Locality = Weir_Admin_V1_Locality
  package typealias MatchFailure = Weir_Admin_V1_MatchFailure
  package typealias Object = Weir_Admin_V1_Object
  package typealias ObjectKey = Weir_Admin_V1_ObjectKey
  package typealias PictureRequest = Weir_Admin_V1_PictureRequest
  package typealias PictureUpdate = Weir_Admin_V1_PictureUpdate
  package typealias ProcessAction = Weir_Admin_V1_ControlProcessRequest.Action
  package typealias ProcessPicture = Weir_Admin_V1_ProcessPicture
  package typealias RatioPicture = Weir_Admin_V1_RatioPicture
  package typealias ResourceListing = Weir_Admin_V1_ResourceListing
  package typealias ResourceName = Weir_Admin_V1_ResourceName
  package typealias Revision = Weir_Admin_V1_Revision
  package typealias RevisionPicture = Weir_Admin_V1_RevisionPicture
  package typealias RevisionSummary = Weir_Admin_V1_RevisionSummary
  package typealias RuleAddress = Weir_Admin_V1_RuleAddress
  package typealias RuleChange = Weir_Admin_V1_RuleChange
  package typealias RuleEdit = Weir_Admin_V1_RuleEdit
  package typealias RulePicture = Weir_Admin_V1_RulePicture
  package typealias Rules = Weir_Admin_V1_Rules
  package typealias RulesChange = Weir_Admin_V1_RulesChange
  package typealias ServicePicture = Weir_Admin_V1_ServicePicture
  package typealias ServicesChange = Weir_Admin_V1_ServicesChange
  package typealias Shift = Weir_Admin_V1_Shift
  package typealias SubsetCalls = Weir_Admin_V1_SubsetCalls
  package typealias SubsetPicture = Weir_Admin_V1_SubsetPicture
  package typealias TextCondition = Weir_Admin_V1_TextCondition
}
