/// A piece of a line in one style.
package struct Span: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable {
    case left, right
  }

  package var text: String
  package var style: Style
  /// The columns that it takes, padded or cut off; nil for as many as the text needs.
  package var columns: Int?
  package var alignment: Alignment

  package init(
    _ text: String,
    style: Style = .plain,
    columns: Int? = nil,
    alignment: Alignment = .left
  ) {
    self.text = text
    self.style = style
    self.columns = columns
    self.alignment = alignment
  }
}

/// One line of styled text.
package struct Line: Hashable, Sendable, ExpressibleByStringLiteral {
  package static let blank = Line([])

  package var spans: [Span]

  package init(_ spans: [Span]) {
    self.spans = spans
  }

  package init(_ text: String, style: Style = .plain) {
    spans = [Span(text, style: style)]
  }

  package init(stringLiteral text: String) {
    self.init(text)
  }

  package mutating func add(_ text: String, style: Style = .plain) {
    spans.append(Span(text, style: style))
  }

  /// Adds a text that takes `columns`, and a space after it where that is asked for.
  package mutating func add(
    _ text: String,
    columns: Int,
    alignment: Span.Alignment = .left,
    style: Style = .plain
  ) {
    spans.append(Span(text, style: style, columns: columns, alignment: alignment))
  }

  package mutating func space(_ columns: Int) {
    spans.append(Span("", columns: columns))
  }

  package static func + (left: Line, right: Line) -> Line {
    Line(left.spans + right.spans)
  }

  /// The columns it takes.
  package func width(isUnicode: Bool) -> Int {
    spans.reduce(0) { $0 + ($1.columns ?? SafeText.width(of: $1.text, isUnicode: isUnicode)) }
  }
}

extension Frame {
  package var glyphs: Glyphs { Glyphs(isUnicode: isUnicode) }

  /// Draws a line from a point to the right, and says how many columns it took; where `limit`
  /// cuts something off, an ellipsis says so.
  @discardableResult
  package mutating func put(_ line: Line, at point: Point, limit: Int = .max) -> Int {
    let limit = min(limit, size.columns - point.column)
    guard limit > 0 else { return 0 }
    var used = 0
    for span in line.spans {
      let wanted = span.columns ?? SafeText.width(of: span.text, isUnicode: isUnicode)
      guard wanted > 0 else { continue }
      let place = Point(column: point.column + used, row: point.row)
      put(span, at: place, columns: min(wanted, limit - used))
      if wanted > limit - used {
        if !span.text.isEmpty { putEllipsis(endingAt: point.column + limit, row: point.row, span) }
        return limit
      }
      used += wanted
    }
    return used
  }

  /// Draws a line so that it ends before `column`, if there are columns enough; says how many it took.
  @discardableResult
  package mutating func put(
    _ line: Line,
    endingBefore column: Int,
    row: Int,
    limit: Int
  ) -> Int {
    let width = line.width(isUnicode: isUnicode)
    guard width <= limit else { return 0 }
    return put(line, at: Point(column: column - width, row: row), limit: width)
  }

  private mutating func put(_ span: Span, at point: Point, columns: Int) {
    guard let total = span.columns else {
      put(span.text, at: point, limit: columns, style: span.style)
      return
    }
    let width = SafeText.width(of: span.text, isUnicode: isUnicode)
    let indent = span.alignment == .right ? max(0, total - width) : 0
    fill(Rect(origin: point, size: Size(columns: columns, rows: 1)), style: span.style)
    let start = Point(column: point.column + indent, row: point.row)
    put(span.text, at: start, limit: columns - indent, style: span.style)
    if width > total, columns == total {
      putEllipsis(endingAt: point.column + columns, row: point.row, span)
    }
  }

  private mutating func putEllipsis(endingAt column: Int, row: Int, _ span: Span) {
    put(glyphs.ellipsis, at: Point(column: column - 1, row: row), limit: 1, style: span.style)
  }
}
