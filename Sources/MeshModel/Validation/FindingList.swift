/// The findings on one object, as they are gathered.
struct FindingList {
  let kind: MeshObjectKind
  let object: ResourceName
  private(set) var findings: [Finding] = []

  init(on kind: MeshObjectKind, _ object: ResourceName) {
    self.kind = kind
    self.object = object
  }

  /// Adds what is to be said of the object or a part that isn't a rule.
  mutating func add(_ problem: FieldProblem, subset: Int? = nil) {
    add(problem, place: "\(kind.rawValue) \(object): ", rule: nil, subset: subset)
  }

  /// Adds what is to be said of a rule; the problem's path begins within the rule.
  mutating func add(_ problem: FieldProblem, inRule index: Int) {
    var problem = problem
    problem.path = "http[\(index)]".joinedPath(problem.path)
    add(problem, place: "rule \(index + 1) of \(object): ", rule: index, subset: nil)
  }

  private mutating func add(_ problem: FieldProblem, place: String, rule: Int?, subset: Int?) {
    findings.append(
      Finding(
        problem.severity,
        problem.code,
        place + problem.message,
        fix: problem.fix,
        kind: kind,
        path: "spec".joinedPath(problem.path),
        object: object,
        rule: rule,
        subset: subset
      )
    )
  }
}
