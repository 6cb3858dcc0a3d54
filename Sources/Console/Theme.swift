import TerminalUI

/// How the console's words look; without colours only bold, dim and reverse are left.
struct Theme: Hashable, Sendable {
  private let hasColors: Bool

  init(colors: Int) {
    hasColors = colors >= 8
  }

  let plain = Style.plain
  /// What labels and explains.
  let quiet = Style(isDim: true)
  let strong = Style(isBold: true)
  let heading = Style(isDim: true)
  let selected = Style(isBold: true)
  let reversed = Style(isBold: true, isReverse: true)
  var good: Style { colored(.green) }
  var doubtful: Style { colored(.yellow) }
  var bad: Style { colored(.red, isBold: true) }
  var focus: Style { colored(.cyan, isBold: true) }
  var border: Style { Style(isDim: true) }

  /// Tells destinations of a rule apart.
  func destination(_ index: Int) -> Style {
    let colors: [Color] = [.cyan, .magenta, .yellow, .blue, .green]
    return colored(colors[index % colors.count])
  }

  private func colored(_ color: Color, isBold: Bool = false) -> Style {
    Style(foreground: hasColors ? color : .standard, isBold: isBold)
  }
}
