import ArgumentParser
import MeshModel
import Verbs

extension ListedKind: ExpressibleByArgument {
  /// Reads a kind's name.
  public init?(argument: String) {
    self.init(argument)
  }

  /// The usual names.
  public static var allValueStrings: [String] {
    ["vs", "dr", "se", "we", "services", "endpoints", "clients", "revisions"]
  }
}

/// A kind, and the name of one of it: `vs greeter` or `vs/greeter`.
struct ObjectArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "\(ListedKind.wanted), or KIND/NAME.",
      valueName: "kind"
    ),
    completion: .list(ListedKind.allValueStrings)
  )
  var kindText: String

  @Argument(help: "The name of one.")
  var name: String?

  func validate() throws {
    _ = try parsed
  }

  /// The kind and, where it is given, the name.
  ///
  /// - Throws: `ValidationError`.
  var parsed: (kind: ListedKind, name: String?) {
    get throws {
      let parts = kindText.split(separator: "/", maxSplits: 1).map(String.init)
      guard let first = parts.first, let kind = ListedKind(first) else {
        throw ValidationError("there is no kind \(kindText); want \(ListedKind.wanted)")
      }
      guard parts.count == 1 || name == nil else {
        throw ValidationError("found \(kindText) and \(name ?? ""); want the name once")
      }
      return (kind, parts.count == 2 ? parts[1] : name)
    }
  }

  /// The kind and the name, where both must be there.
  ///
  /// - Throws: `ValidationError`.
  var one: (kind: ListedKind, name: String) {
    get throws {
      let (kind, name) = try parsed
      guard let name else { throw ValidationError("want the name of one: KIND NAME") }
      return (kind, name)
    }
  }

  /// The rule object that is meant.
  ///
  /// - Throws: `ValidationError`.
  func key(namespace: String) throws -> MeshObjectKey {
    let (kind, name) = try one
    guard case .objects(let objectKind) = kind else {
      throw ValidationError("\(kindText) is no rule object; want vs, dr, se or we")
    }
    return MeshObjectKey(kind: objectKind, name: ResourceName(namespace: namespace, name: name))
  }
}
