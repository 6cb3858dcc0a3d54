import MeshModel
import MeshPicture
import MeshRuntime
import RevisionContent
import RuleStore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Changes rules as fast as they can be stored, until it is killed; the crash test's victim.
///
/// It prints the number of each revision once it is acknowledged. What a revision holds follows from
/// its number.
@main
enum RevisionWriter {
  static func main() {
    guard let directory = CommandLine.arguments.dropFirst().first else {
      return fail("usage: RevisionWriter DIRECTORY")
    }
    do {
      let store = try RuleStore(
        StorePlace(directory: directory, mesh: "crash"),
        settings: RuleStore.Settings(keptRevisions: 100_000)
      )
      let engine = try MeshEngine(
        meshName: "local",
        boot: "b1",
        rules: RevisionContent.rules(1),
        title: "start",
        inventory: MeshInventory(services: [Walkthrough.service]),
        clock: MeshEngine.Clock(wall: { .zero }, monotonic: { .zero }),
        store: store,
        publish: { _ in }
      )
      var newest = try engine.revision(nil).number
      acknowledge(newest)
      while true {
        let edit = RuleEdit.replaceRules(
          RevisionContent.rules(newest + 1),
          title: "rev \(newest + 1)"
        )
        newest = try engine.change(RuleChange(.edit(edit))).revision
        acknowledge(newest)
      }
    } catch {
      fail("\(error)")
    }
  }

  private static func acknowledge(_ number: UInt64) {
    let line = Array("\(number)\n".utf8)
    _ = write(STDOUT_FILENO, line, line.count)
  }

  private static func fail(_ message: String) {
    let line = Array("\(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(1)
  }
}
