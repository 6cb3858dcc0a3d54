import ControlPlane
import DebugServer
import MeshModel

extension EngineOptions {
  /// What an operator should know of the flags, a sentence each.
  func warnings(about inventory: MeshInventory) -> [String] {
    openAddresses + clients.dubboInterfaces.compactMap { $0.defect(in: inventory) }
  }

  /// Addresses beyond this machine on which nothing is protected.
  private var openAddresses: [String] {
    var texts: [String] = []
    let listen = server.listen
    if server.tls == nil, (try? ListenAddress(host: listen.host, port: listen.port)) == nil {
      texts.append(
        """
        --insecure-listen: xDS on \(listen) is plaintext without authentication: whoever reaches it \
        can read the rules and report calls
        """
      )
    }
    if let debug = try? debugAddress,
      (try? DebugServer.Address(host: debug.host, port: debug.port)) == nil
    {
      texts.append(
        """
        --insecure-listen: the debug pages on \(debug) are plaintext without authentication: whoever \
        reaches them can read the rules and who is connected
        """
      )
    }
    return texts
  }
}
