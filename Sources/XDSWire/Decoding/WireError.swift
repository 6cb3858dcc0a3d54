import SwiftProtobuf

/// Why a resource can't be used: what was found, and what was wanted.
struct WireError: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

/// Runs `body`; what it throws begins with the place, outermost first.
func within<Value>(
  _ place: @autoclosure () -> String,
  _ body: () throws(WireError) -> Value
) throws(WireError) -> Value {
  do throws(WireError) {
    return try body()
  } catch {
    throw WireError("\(place()): \(error.reason)")
  }
}

extension Google_Protobuf_Any {
  /// The message inside; `what` it is to the reader of an error, such as `api_listener`.
  func unpacked<Content: Message>(
    as type: Content.Type,
    _ what: String
  ) throws(WireError) -> Content {
    guard isA(type) else {
      throw WireError("\(what) is \(typeName); want \(type.protoMessageName)")
    }
    do {
      return try Content(serializedBytes: value)
    } catch {
      throw WireError("\(what) is not a readable \(type.protoMessageName)")
    }
  }

  /// The message's full name, for errors.
  var typeName: String {
    typeURL.isEmpty ? "missing" : typeURL.split(separator: "/").last.map(String.init) ?? typeURL
  }
}
