import ControlPlane
import Testing

@Suite("Where the control plane may listen")
struct ListenAddressTests {
  @Test(
    "takes loopback addresses",
    arguments: [
      ("127.0.0.1", 15_010, "127.0.0.1:15010"), ("127.1.2.3", 0, "127.1.2.3:0"),
      ("::1", 65_535, "[::1]:65535"), ("localhost", 1, "127.0.0.1:1"),
    ]
  )
  func loopback(host: String, port: Int, text: String) throws {
    #expect(try ListenAddress(host: host, port: port).description == text)
  }

  @Test(
    "refuses all others, and says what it wants",
    arguments: [
      "0.0.0.0", "10.0.0.1", "::", "example.com", "", "127.0.0.256", "127.0.0", "127.0.0.1.evil",
      "127.+1.0.1", "127.0.0.0001", "1270.0.1",
    ]
  )
  func others(host: String) {
    let error = #expect(throws: ControlPlaneError.self) {
      try ListenAddress(host: host, port: 15_010)
    }
    #expect(error?.code == .hostNotAllowed)
    for word in [
      "want 127.0.0.1, ::1 or localhost", "--tls-cert", "--tls-key", "--insecure-listen",
    ] {
      #expect(error?.message.contains(word) == true)
    }
  }

  @Test("refuses ports out of range", arguments: [-1, 65_536])
  func ports(port: Int) {
    let error = #expect(throws: ControlPlaneError.self) {
      try ListenAddress(host: "127.0.0.1", port: port)
    }
    #expect(error?.code == .portOutOfRange)
  }
}
