#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The one spelling of an IP address that its others compare equal to; nil for other text, host
/// names among it.
func canonicalIPAddress(_ text: String) -> String? {
  var bytes4 = in_addr()
  var bytes6 = in6_addr()
  // Room for the longest IPv6 address with an IPv4 tail, and the final zero.
  var buffer = [CChar](repeating: 0, count: 46)
  let isWritten =
    if inet_pton(AF_INET, text, &bytes4) == 1 {
      inet_ntop(AF_INET, &bytes4, &buffer, socklen_t(buffer.count)) != nil
    } else if inet_pton(AF_INET6, text, &bytes6) == 1 {
      inet_ntop(AF_INET6, &bytes6, &buffer, socklen_t(buffer.count)) != nil
    } else {
      false
    }
  guard isWritten else { return nil }
  return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
