/// A ServiceEntry of the host `NAME.example.com` with these endpoints, one `ADDRESS:PORT` each.
func serviceEntry(_ name: String, _ endpoints: String..., port: Int = 20_000) -> String {
  var text = """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata:
      name: \(name)
    spec:
      hosts:
      - \(name).example.com
      ports:
      - number: \(port)
        name: grpc
        protocol: GRPC
      resolution: STATIC
      endpoints:

    """
  for endpoint in endpoints {
    let parts = endpoint.split(separator: ":")
    text += "  - address: \(parts[0])\n    ports:\n      grpc: \(parts[1])\n"
  }
  return text
}
