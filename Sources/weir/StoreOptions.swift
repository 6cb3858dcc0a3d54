import ArgumentParser
import MeshRuntime
import RuleStore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where an engine keeps its revisions.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where revisions are kept, one file a kind of mesh (default: $XDG_STATE_HOME/weir, else \
      ~/.local/state/weir). The engine goes on with the last one.
      """,
      valueName: "directory"
    )
  )
  var state: String?

  @Flag(help: "Keep revisions in memory only: the engine starts anew, and forgets them at its end.")
  var ephemeral = false

  @Option(
    name: .customLong("keep-revisions"),
    help: ArgumentHelp("How many revisions are kept, 10 or more.", valueName: "n")
  )
  var keptRevisions = RuleBook.limit

  func validate() throws {
    guard keptRevisions >= 10, keptRevisions <= 10_000_000 else {
      throw ValidationError(
        "--keep-revisions is \(keptRevisions); want a whole number from 10 to 10000000"
      )
    }
    guard state == nil || !ephemeral else {
      throw ValidationError(
        "--state says where to keep revisions, and --ephemeral not to; want one"
      )
    }
    guard state != "" else { throw ValidationError("--state is empty; want a directory") }
  }

  /// Opens the store of a mesh, or makes it; nil where there is to be none.
  ///
  /// - Throws: `RuleStoreError`.
  func store(ofMesh mesh: String) throws -> RuleStore? {
    guard !ephemeral else { return nil }
    let directory = try state ?? defaultDirectory
    return try RuleStore(
      StorePlace(directory: directory, mesh: mesh),
      settings: RuleStore.Settings(keptRevisions: keptRevisions)
    )
  }

  private var defaultDirectory: String {
    get throws(RuleStoreError) {
      var environment: [String: String] = [:]
      for name in ["XDG_STATE_HOME", "HOME"] {
        environment[name] = getenv(name).map { String(cString: $0) }
      }
      guard let directory = StorePlace.defaultDirectory(environment: environment) else {
        throw RuleStoreError(
          .unusable,
          "neither XDG_STATE_HOME nor HOME says where to keep revisions; "
            + "want --state DIRECTORY, or --ephemeral"
        )
      }
      return directory
    }
  }
}
