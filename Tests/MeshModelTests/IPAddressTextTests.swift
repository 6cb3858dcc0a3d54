import MeshModel
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("IP addresses as text")
struct IPAddressTextTests {
  @Test(
    "reads what the system reads",
    arguments: [
      "127.0.0.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4",
      "1.2.3.04",
      "1..2.3", "1.2.3.", ".1.2.3", "+1.2.3.4", "1.2.3.4 ", "", "::", "::1", "1::", "fe80::1",
      "fe80::1%eth0",
      "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7::",
      "::2:3:4:5:6:7:8",
      "1:2:3:4::5:6:7:8", ":1", "1:", ":::", "1:::2", "::ffff:10.0.0.1", "::10.0.0.256",
      "1:2:3:4:5:6:1.2.3.4",
      "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "g::1", "12345::", "FD00::ABCD", "[::1]", "::/0",
      "localhost",
      "10.0.0.0/24",
    ]
  )
  func table(_ text: String) {
    #expect(IPAddressText.isIPAddress(text) == Self.systemReads(text))
  }

  @Test("reads random text as the system does")
  func random() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...14, using: &generator)
      let text = String(
        (0..<count).map { _ in "01259af:::..".randomElement(using: &generator) ?? ":" }
      )
      #expect(IPAddressText.isIPAddress(text) == Self.systemReads(text), "\(text)")
    }
  }

  private static func systemReads(_ text: String) -> Bool {
    var bytes = in6_addr()
    return inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1
  }
}
