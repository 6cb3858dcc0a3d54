import MeshModel
import MeshPicture
import TerminalUI

/// The first line: which mesh and service, which revision, who has it, how the calls do.
struct HeaderLine {
  let model: ConsoleModel

  /// A piece of the line; where it is too long, the pieces with the highest rank are left out.
  private struct Piece {
    var line: Line
    var rank: Int
    /// The columns between it and the next.
    var gap = 2
  }

  /// The line that fits.
  func line(columns: Int) -> Line {
    var pieces = pieces
    func width() -> Int {
      pieces.reduce(0) { $0 + $1.line.width(isUnicode: isUnicode) + $1.gap }
    }
    while width() > columns + 1, let rank = pieces.map(\.rank).max(), rank > 0,
      let index = pieces.lastIndex(where: { $0.rank == rank })
    {
      pieces.remove(at: index)
    }
    var line = Line.blank
    line.space(1)
    for piece in pieces {
      line.spans += piece.line.spans
      line.space(piece.gap)
    }
    return line
  }

  private var isUnicode: Bool { model.capabilities.isUnicode }
  private var theme: Theme { model.theme }

  private var pieces: [Piece] {
    guard let picture = model.shown else { return [] }
    return [
      Piece(
        line: Line("weir \(model.glyphs.pointer) \(picture.mesh) \(model.glyphs.pointer)"),
        rank: 6,
        gap: 1
      ),
      Piece(line: Line(host, style: theme.strong), rank: 1),
    ] + place + [
      Piece(line: state, rank: 0)
    ] + revision(picture.revision) + traffic
  }

  /// Which of several services it is.
  private var place: [Piece] {
    guard let place = model.servicePlace, model.services.count > 1 else { return [] }
    let text = "\(place + 1) of \(model.services.count) (s)"
    return [Piece(line: Line(text, style: theme.quiet), rank: 5)]
  }

  private var host: String {
    guard let service = model.service else { return "no service" }
    let name = service.host.description.split(separator: ".").first.map(String.init) ?? ""
    return "\(name):\(service.port)"
  }

  private var state: Line {
    if model.isEngineGone, let picture = model.picture {
      return Line(" NO ENGINE since \(model.localTime(picture.time).clock) ", style: theme.reversed)
    }
    guard let frozen = model.frozen else { return Line("LIVE", style: theme.good) }
    return Line(" FROZEN \(model.localTime(frozen.time).clock) ", style: theme.reversed)
  }

  private func revision(_ revision: RevisionPicture) -> [Piece] {
    let time = model.localTime(revision.time).clock
    let isEverywhere = revision.acked == revision.connected
    return [
      Piece(line: Line("rev \(revision.number)", style: theme.strong), rank: 0),
      Piece(line: Line("since \(time)", style: theme.quiet), rank: 7),
      Piece(
        line: Line(
          "ACK \(revision.acked)/\(revision.connected)",
          style: isEverywhere ? theme.good : theme.doubtful
        ),
        rank: 0
      ),
      Piece(
        line: Line(
          "NACK \(revision.nacked)",
          style: revision.nacked > 0 ? theme.bad : theme.quiet
        ),
        rank: revision.nacked > 0 ? 0 : 2
      ),
    ]
  }

  private var traffic: [Piece] {
    guard let service = model.service else { return [] }
    var pieces = [Piece(line: Line("\(Figures.rate(service.callsPerSecond)) rps"), rank: 3)]
    if let share = service.errorShare {
      let style = share > 0 ? theme.bad : theme.plain
      pieces.append(Piece(line: Line("err \(Figures.percent(share))%", style: style), rank: 4))
    }
    if let median = service.latencyP50 {
      let text = "p50 \(Figures.duration(microseconds: median))"
      pieces.append(Piece(line: Line(text), rank: 8))
    }
    if let tail = service.latencyP99 {
      let text = "p99 \(Figures.duration(microseconds: tail))"
      pieces.append(Piece(line: Line(text), rank: 5))
    }
    return pieces
  }
}

extension Frame {
  mutating func put(_ header: HeaderLine, in rect: Rect) {
    put(header.line(columns: rect.size.columns), at: rect.origin, limit: rect.size.columns)
  }
}
