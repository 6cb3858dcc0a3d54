import Console
import MeshModel
import MeshPicture
import RuleFiles
import Verbs

extension EngineOperations {
  /// Answers what a console asks; never throws, since why there is no answer is one too.
  func answer(_ question: EngineQuestion) async -> EngineAnswer {
    do {
      switch question {
      case .explain(let request): return .explanation(try await explain(request))
      case .check(let edit): return .findings(try await findings(on: edit))
      case .history(let limit): return .history(try await history(before: nil, limit: limit))
      case .objects(let host): return .text(try await yaml(of: host))
      case .difference(let number): return .text(try await difference(of: number))
      }
    } catch {
      return .failed("\(error)")
    }
  }

  private func findings(on edit: RuleEdit) async throws -> [Finding] {
    do {
      return try await check(RuleChange(.edit(edit))).findings
    } catch let error as EngineError where !error.findings.isEmpty {
      return error.findings
    }
  }

  /// The objects that name a host.
  private func yaml(of host: HostName) async throws -> [String] {
    let objects = try await revision(nil).rules.objects.filter { $0.isAbout(host) }
    guard !objects.isEmpty else { return ["the rule book says nothing of \(host)"] }
    return RuleWriter.yaml(objects).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  private func difference(of number: UInt64) async throws -> [String] {
    guard number > 1 else { return ["rev 1 is the first: nothing was there before it"] }
    let old = try await revision(number - 1).rules.objects
    let new = try await revision(number).rules.objects
    // Equal objects say nothing, and may be many.
    let both = Set(old).intersection(new)
    return UnifiedDiff(
      from: RuleWriter.yaml(old.filter { !both.contains($0) }),
      to: RuleWriter.yaml(new.filter { !both.contains($0) })
    ).patch(from: "rev \(number - 1)", to: "rev \(number)")
  }
}

extension MeshObject {
  fileprivate func isAbout(_ host: HostName) -> Bool {
    let namespace = name.namespace
    return switch self {
    case .virtualService(let service):
      service.hosts.contains { HostName($0, inNamespace: namespace) == host }
    case .destinationRule(let rule): HostName(rule.host, inNamespace: namespace) == host
    case .serviceEntry(let entry):
      entry.hosts.contains { HostName($0, inNamespace: namespace) == host }
    case .workloadEntry: false
    }
  }
}
