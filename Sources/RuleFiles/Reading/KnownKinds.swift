/// Which kinds of objects are read, and which are known not to be.
enum KnownKinds {
  static let group = "networking.istio.io"
  static let versions = ["v1", "v1beta1", "v1alpha3"]

  /// Kinds of Istio's networking group that Weir has no use for yet.
  private static let otherNetworking: Set<String> = [
    "EnvoyFilter", "Gateway", "ProxyConfig", "Sidecar", "WorkloadGroup",
  ]

  /// Groups whose objects aren't about where calls go.
  private static let otherGroups: Set<String> = [
    "apps", "autoscaling", "batch", "extensions.istio.io", "gateway.networking.k8s.io",
    "install.istio.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io",
    "security.istio.io", "telemetry.istio.io",
  ]

  /// Kinds of Kubernetes' own group, whose apiVersion is `v1`.
  private static let core: Set<String> = [
    "ConfigMap", "Endpoints", "Namespace", "Pod", "Secret", "Service", "ServiceAccount",
  ]

  /// What to say of a kind that isn't read; nil for one that nobody knows.
  static func hint(for kind: String, group: String) -> String? {
    switch group {
    case "" where kind == "Service":
      "; services come from a ServiceEntry here: want one with the host "
        + "NAME.NAMESPACE.svc.cluster.local, the ports, and endpoints"
    case "" where kind == "Pod" || kind == "Endpoints", "apps", "batch":
      "; workloads come from a WorkloadEntry here, or from a ServiceEntry's endpoints"
    case "" where core.contains(kind):
      ""
    case Self.group where otherNetworking.contains(kind):
      ""
    case let group where otherGroups.contains(group):
      ""
    default:
      nil
    }
  }
}
