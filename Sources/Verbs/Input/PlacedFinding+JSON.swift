import MeshModel
import RuleFiles

extension PlacedFinding: Encodable {
  private enum Key: String, CodingKey {
    case file, line, column, severity, code, message, fix, kind, namespace, name, path
  }

  package func encode(to encoder: any Encoder) throws {
    var body = encoder.container(keyedBy: Key.self)
    try body.encodeIfPresent(place?.file, forKey: .file)
    try body.encodeIfPresent(place?.line, forKey: .line)
    try body.encodeIfPresent(place?.column, forKey: .column)
    try body.encode(severity.rawValue, forKey: .severity)
    try body.encode(code, forKey: .code)
    try body.encode(message, forKey: .message)
    if !fix.isEmpty { try body.encode(fix, forKey: .fix) }
    try body.encodeIfPresent(object?.kind.rawValue, forKey: .kind)
    try body.encodeIfPresent(object?.name.namespace, forKey: .namespace)
    try body.encodeIfPresent(object?.name.name, forKey: .name)
    if !path.isEmpty { try body.encode(path, forKey: .path) }
  }
}
