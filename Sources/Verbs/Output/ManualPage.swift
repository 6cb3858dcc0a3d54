import FoundationEssentials

/// A manual page in `man`'s own language (man(7)), made of what the argument parser knows.
package struct ManualPage: Sendable {
  private let command: Command
  private let version: String

  /// - Parameters:
  ///   - help: The argument parser's JSON of all commands and flags.
  ///   - version: The program's.
  /// - Throws: Where the JSON can't be read.
  package init(help: String, version: String) throws {
    command = try JSONDecoder().decode(Tool.self, from: Data(help.utf8)).command
    self.version = version
  }

  /// The page, with a line break at its end.
  package var text: String {
    var lines = [
      ".TH WEIR 1 \"\" \"weir \(ManualPage.escaped(version))\" \"Weir\"",
      ".SH NAME", "weir \\- \(ManualPage.escaped(command.abstract ?? ""))",
      ".SH SYNOPSIS", ".B weir", "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]",
    ]
    if let discussion = command.discussion {
      lines += [".SH DESCRIPTION"] + ManualPage.paragraphs(discussion)
    }
    lines.append(".SH COMMANDS")
    for each in command.subcommands ?? [] { lines += section(each, path: ["weir"]) }
    lines += [".SH EXIT STATUS"]
    for (code, meaning) in ManualPage.exitCodes {
      lines += [".TP", ".B \(code)", ManualPage.escaped(meaning)]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// As in `docs/cli.md`.
  private static let exitCodes = [
    ("0", "done, the condition holds, no difference"),
    ("1", "a difference, an expectation that isn't met, something that isn't there, a conflict"),
    ("2", "it can't run: no engine, a busy port, no storage"),
    ("3", "errors in the files or rules that were given"),
    ("4", "a client refused what it was sent"),
    ("5", "what was waited for did not come in time"),
    ("64", "wrong flags or arguments"),
    ("128+n", "ended by signal n: 130 for Ctrl-C"),
  ]

  private func section(_ command: Command, path: [String]) -> [String] {
    guard command.shouldDisplay ?? true, command.commandName != "help" else { return [] }
    let path = path + [command.commandName]
    let arguments = (command.arguments ?? []).filter { $0.shouldDisplay ?? true }
    let operands = arguments.filter { $0.kind == "positional" }.map(\.synopsis)
    let title = (path + operands).joined(separator: " ")
    var lines = [".SS \"\(ManualPage.escaped(title))\""]
    lines += ManualPage.paragraphs(command.abstract ?? "")
    if let discussion = command.discussion { lines += [".PP"] + ManualPage.paragraphs(discussion) }
    for argument in arguments where argument.kind != "positional" && !argument.isEverywhere {
      lines += [".TP", ".B \(ManualPage.escaped(argument.label))"]
      lines += ManualPage.paragraphs(argument.abstract ?? "")
    }
    return lines + (command.subcommands ?? []).flatMap { section($0, path: path) }
  }

  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.isEmpty ? ".PP" : escaped(String(line))
    }
  }

  /// With what `man` takes for commands and escapes made plain.
  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&\(plain)" : plain
  }
}

/// The parts of the argument parser's JSON that a manual tells of.
private struct Tool: Decodable {
  var command: Command
}

private struct Command: Decodable {
  var commandName: String
  var abstract: String?
  var discussion: String?
  var shouldDisplay: Bool?
  var subcommands: [Command]?
  var arguments: [Argument]?
}

private struct Argument: Decodable {
  struct Name: Decodable {
    var kind: String
    var name: String

    var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
  }

  /// `positional`, `option` or `flag`.
  var kind: String
  var shouldDisplay: Bool?
  var isOptional: Bool?
  var isRepeating: Bool?
  var names: [Name]?
  var valueName: String?
  var abstract: String?

  /// What every command has.
  var isEverywhere: Bool {
    names?.contains { ["help", "version"].contains($0.name) && kind == "flag" } ?? false
  }

  /// `-f, --filename <path>`.
  var label: String {
    let names = (names ?? []).map(\.text).joined(separator: ", ")
    return kind == "option" ? "\(names) <\(valueName ?? "value")>" : names
  }

  /// `<name>`, `[<name>]` or `[<name> ...]`.
  var synopsis: String {
    let name = "<\(valueName ?? "value")>\(isRepeating ?? false ? " ..." : "")"
    return isOptional ?? false ? "[\(name)]" : name
  }
}
