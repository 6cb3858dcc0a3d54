import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeshModel

/// One call over an ``XDSClientTransport``.
struct XDSCall: Sendable {
  let lazy: LazyStream
  let notes: CallNotes
  /// `/package.Service/Method`.
  let path: String

  init(_ opener: CallOpener) {
    lazy = LazyStream { stream, metadata in await opener.open(stream, for: metadata) }
    notes = opener.notes
    path = opener.path
  }

  func stream(_ descriptor: MethodDescriptor) -> LazyStream.Stream {
    RPCStream(
      descriptor: descriptor,
      inbound: RPCAsyncSequence(wrapping: LazyResponses(stream: lazy, notes: notes)),
      outbound: RPCWriter.Closable(wrapping: LazyRequestWriter(stream: lazy))
    )
  }

  func record(nodeID: String, authority: String) -> CallRecord {
    notes.record(nodeID: nodeID, authority: authority, path: path)
  }
}
