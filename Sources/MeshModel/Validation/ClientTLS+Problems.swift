extension ClientTLS {
  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    var problems = modeProblems
    if credentialName != nil, clientCertificate ?? privateKey ?? caCertificates != nil {
      problems.append(
        invalid(
          at: "credentialName",
          "tls has both credentialName and files; want one of them",
          fix: "remove credentialName or the files"
        )
      )
    }
    if caCRL != nil, caCertificates == nil, credentialName == nil {
      problems.append(
        invalid(
          at: "caCrl",
          "caCrl revokes certificates, but there is no caCertificates to check; want both",
          fix: "add caCertificates"
        )
      )
    }
    if insecureSkipVerify == true, caCertificates != nil {
      problems.append(
        invalid(
          at: "insecureSkipVerify",
          "insecureSkipVerify leaves certificates unchecked and caCertificates checks them; "
            + "want one of them",
          fix: "remove insecureSkipVerify or caCertificates"
        )
      )
    }
    return problems + verificationProblems
  }

  private var modeProblems: [FieldProblem] {
    switch mode {
    case .mutual where credentialName == nil:
      let missing = [("clientCertificate", clientCertificate), ("privateKey", privateKey)]
        .filter { $0.1?.isEmpty != false }
      return missing.map { name, _ in
        invalid(
          at: "mode",
          "mode MUTUAL wants a certificate of the caller's own, but there is no \(name); "
            + "want both clientCertificate and privateKey",
          fix: "add \(name), or set mode SIMPLE"
        )
      }
    case .istioMutual:
      let said = [
        ("clientCertificate", clientCertificate), ("privateKey", privateKey),
        ("caCertificates", caCertificates), ("credentialName", credentialName),
      ].first { $0.1 != nil }
      guard let said else { return [] }
      return [
        invalid(
          at: said.0,
          "mode ISTIO_MUTUAL brings its own certificates, but there is \(said.0); want none",
          fix: "remove \(said.0), or set mode MUTUAL"
        )
      ]
    case .disable, .simple, .mutual:
      return []
    }
  }

  private var verificationProblems: [FieldProblem] {
    guard mode == .simple || mode == .mutual, caCertificates == nil, credentialName == nil,
      insecureSkipVerify != true
    else { return [] }
    return [
      .warning(
        .tlsUnverified,
        at: "mode",
        "mode \(mode.rawValue) has no caCertificates, so some clients take any certificate; "
          + "want caCertificates, or insecureSkipVerify: true where that is meant",
        fix: "add caCertificates"
      )
    ]
  }

  private func invalid(at path: String, _ message: String, fix: String) -> FieldProblem {
    .error(.tlsInvalid, at: path, message, fix: fix)
  }
}
