import Foundation
import TestSupport
import Testing

/// A TCP connection that a test writes bytes to and reads bytes from, with a limit of 10 seconds.
final class RawClient: Sendable {
  struct Response {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], "\(text)")
    }

    func array() throws -> [[String: Any]] {
      try #require(JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]], "\(text)")
    }
  }

  struct Problem: Error {
    let text: String
  }

  private let descriptor: Int32

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Problem(text: "connect: \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  /// Writes all of it.
  func write(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Problem(text: "send: \(String(cString: strerror(errno)))") }
      rest = rest.dropFirst(count)
    }
  }

  func get(_ target: String, method: String = "GET") throws -> Response {
    try write("\(method) \(target) HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    return try readResponse(hasBody: method != "HEAD")
  }

  /// Writes the text again and again, until the server has ended the connection.
  func drip(_ text: String) async throws {
    let isEnded = await eventually(within: .seconds(8), every: .milliseconds(20)) {
      (try? write(text)) == nil
    }
    guard isEnded else { throw Problem(text: "the server still takes what is written") }
  }

  /// Ends the direction to the server.
  func finishWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// The next byte; nil at the end.
  private func readByte() throws -> UInt8? {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, 0)
    guard count >= 0 else { throw Problem(text: "recv: \(String(cString: strerror(errno)))") }
    return count == 0 ? nil : byte
  }

  func readResponse(hasBody: Bool = true) throws -> Response {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
      guard let byte = try readByte() else {
        throw Problem(text: "ended in a head: \(String(decoding: head, as: UTF8.self))")
      }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let sides = line.split(separator: ":", maxSplits: 1)
      headers[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
    }
    let status = try #require(Int(lines[0].split(separator: " ")[1]))
    let length = hasBody ? try #require(headers["content-length"].flatMap { Int($0) }) : 0
    return Response(status: status, headers: headers, body: try read(length))
  }

  private func read(_ count: Int) throws -> [UInt8] {
    var result: [UInt8] = []
    while result.count < count {
      let part = try [UInt8](unsafeUninitializedCapacity: count - result.count) { buffer, size in
        size = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        guard size > 0 else {
          let done = result.count
          size = 0
          throw Problem(text: "ended after \(done) of \(count) bytes")
        }
      }
      result += part
    }
    return result
  }

  /// Whether the server ends the connection without a further byte, cleanly or not.
  func isEnded() -> Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, 0)
    return count == 0 || (count < 0 && errno == ECONNRESET)
  }
}
