// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcHTTP2 = Target.Dependency.product(
  name: "GRPCNIOTransportHTTP2Posix",
  package: "grpc-swift-nio-transport"
)
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle",
  package: "swift-service-lifecycle"
)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let http2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let http2Headers = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let unixSignals = Target.Dependency.product(
  name: "UnixSignals",
  package: "swift-service-lifecycle"
)
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "weir",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "weir", targets: ["weir"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.7.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.0"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    // 6 program
    .executableTarget(
      name: "weir",
      dependencies: [
        "AdminAPI", "CallLogs", "Console", "ControlPlane", "DebugServer", "ExternalMesh",
        "GRPCServices", "GreeterService", "LocalMesh", "MeshClient", "MeshModel", "MeshPicture",
        "MeshRuntime", "NcursesTerminal", "RuleFiles", "RuleStore", "SystemClock", "TerminalUI",
        "TrafficEngine", "Verbs", "XDSCore", "XDSWire",
        argumentParser, grpcCore, grpcHTTP2, lifecycle, logging, nioCore, unixSignals,
      ]
    ),

    .executableTarget(
      name: "weir-bench",
      dependencies: [
        "Console", "ControlPlane", "MeshClient", "MeshModel", "MeshPicture", "MeshRuntime",
        "RuleFiles", "SystemClock", "TerminalUI", "TrafficEngine", "XDSCore", "XDSProtos",
        "XDSWire", argumentParser, grpcCore, grpcHTTP2, grpcProtobuf, http2, http2Headers, logging,
        nioCore,
        nioHTTP1, nioPosix, protobuf,
      ]
    ),

    // 5 edges
    .target(
      name: "ControlPlane",
      dependencies: [
        "GRPCServices", "HTTP2Transport", "MeshModel", "SystemClock", "XDSCore", "XDSProtos",
        "XDSWire",
        grpcCore, grpcProtobuf, lifecycle, logging, nioCore, nioPosix, protobuf,
      ]
    ),
    .target(
      name: "DebugServer",
      dependencies: [
        "MeshModel", "XDSCore", "XDSWire", lifecycle, logging, nioCore, nioHTTP1, nioPosix,
        protobuf,
      ]
    ),
    .target(
      name: "ExternalMesh",
      dependencies: [
        "MeshModel", "RuleFiles", "XDSProtos", grpcCore, grpcHTTP2, lifecycle, logging,
        systemPackage,
      ]
    ),
    .target(
      name: "CallLogs",
      dependencies: ["MeshModel", lifecycle, logging, systemPackage]
    ),
    .target(
      name: "MeshClient",
      dependencies: [
        "MeshModel", "SystemClock", "TrafficEngine", "XDSCore", "XDSProtos", "XDSWire",
        grpcCore, grpcHTTP2, grpcProtobuf, lifecycle, logging, nioCore, nioPosix, protobuf,
      ]
    ),
    .target(
      name: "LocalMesh",
      dependencies: [
        "MeshModel", "MeshPicture", lifecycle, logging, subprocess, systemPackage,
      ]
    ),
    .target(
      name: "AdminAPI",
      dependencies: [
        "AdminProtos", "AdminWire", "HTTP2Transport", "MeshModel", "MeshPicture", grpcCore,
        grpcHTTP2, grpcProtobuf, lifecycle, logging, nioCore, nioPosix, protobuf,
      ]
    ),
    .target(
      name: "RuleStore",
      dependencies: ["MeshModel", "MeshPicture", "MeshRuntime", "RuleFiles", crypto, grdb]
    ),
    .target(
      name: "Verbs",
      dependencies: ["Console", "MeshModel", "MeshPicture", "RuleFiles", "TrafficStatistics"]
    ),
    .target(name: "NcursesTerminal", dependencies: ["CNcurses", "TerminalUI"]),
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]
    ),

    // 4 console, runtime, standard services
    .target(name: "Console", dependencies: ["MeshModel", "MeshPicture", "TerminalUI"]),
    .target(
      name: "MeshRuntime",
      dependencies: ["MeshModel", "MeshPicture", "TrafficEngine", "TrafficStatistics", "XDSCore"]
    ),
    .target(
      name: "GRPCServices",
      dependencies: ["XDSProtos", grpcCore, grpcProtobuf, protobuf]
    ),
    .target(
      name: "GreeterService",
      dependencies: [
        "MeshModel", "SystemClock", "TrafficEngine", "XDSProtos", grpcCore, grpcProtobuf, protobuf,
      ]
    ),

    // 3 wire, picture, drawing
    .target(
      name: "XDSWire",
      dependencies: ["MeshModel", "XDSCore", "XDSProtos", protobuf]
    ),
    .target(
      name: "AdminWire",
      dependencies: ["AdminProtos", "MeshModel", "MeshPicture", "RuleFiles", protobuf]
    ),
    .target(
      name: "AdminProtos",
      dependencies: [grpcCore, grpcProtobuf, protobuf],
      exclude: ["Protos", "generate.sh"]
    ),
    .target(
      name: "XDSProtos",
      dependencies: [grpcCore, grpcProtobuf, protobuf],
      exclude: ["Protos", "generate.sh"]
    ),
    .target(
      name: "HTTP2Transport",
      dependencies: [
        asn1, grpcCore, http2, http2Headers, logging, nioCore, nioPosix, nioSSL, nioTLS, x509,
      ]
    ),
    .target(name: "RuleFiles", dependencies: ["MeshModel", yams]),
    .target(name: "MeshPicture", dependencies: ["MeshModel"]),
    .target(name: "TerminalUI"),
    .target(name: "SystemClock", dependencies: ["MeshModel"]),

    // 2 engine
    .target(name: "TrafficEngine", dependencies: ["MeshModel", "XDSCore"]),
    .target(name: "TrafficStatistics", dependencies: [realModule]),

    // 1 protocol
    .target(name: "XDSCore", dependencies: ["MeshModel"]),

    // 0 model
    .target(name: "MeshModel"),

    .target(
      name: "TestSupport",
      dependencies: ["MeshModel", "TerminalUI", logging],
      path: "Tests/TestSupport"
    ),
    .target(
      name: "TestCertificates",
      dependencies: [asn1, crypto, x509],
      path: "Tests/TestCertificates"
    ),
    .target(
      name: "RevisionContent",
      dependencies: ["MeshModel"],
      path: "Tests/RevisionContent"
    ),
    .executableTarget(
      name: "RevisionWriter",
      dependencies: ["MeshModel", "MeshPicture", "MeshRuntime", "RevisionContent", "RuleStore"],
      path: "Tests/RevisionWriter"
    ),
    .testTarget(name: "MeshModelTests", dependencies: ["MeshModel", "TestSupport"]),
    .testTarget(name: "XDSCoreTests", dependencies: ["MeshModel", "TestSupport", "XDSCore"]),
    .testTarget(
      name: "TrafficEngineTests",
      dependencies: ["MeshModel", "TestSupport", "TrafficEngine", "XDSCore"]
    ),
    .testTarget(
      name: "TrafficStatisticsTests",
      dependencies: ["TestSupport", "TrafficStatistics", realModule]
    ),
    .testTarget(
      name: "XDSWireTests",
      dependencies: ["MeshModel", "TestSupport", "XDSCore", "XDSProtos", "XDSWire", protobuf]
    ),
    .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI", "TestSupport"]),
    .testTarget(
      name: "ConsoleTests",
      dependencies: ["Console", "MeshModel", "MeshPicture", "TerminalUI", "TestSupport"],
      exclude: ["Goldens"]
    ),
    .testTarget(
      name: "MeshRuntimeTests",
      dependencies: [
        "MeshModel", "MeshPicture", "MeshRuntime", "TestSupport", "TrafficEngine",
        "TrafficStatistics", "XDSCore",
      ]
    ),
    .testTarget(
      name: "GRPCServicesTests",
      dependencies: [
        "GRPCServices", "GreeterService", "TestSupport", "XDSProtos", grpcCore, grpcHTTP2,
      ]
    ),
    .testTarget(
      name: "GreeterServiceTests",
      dependencies: ["GreeterService", "MeshModel", "XDSProtos", grpcCore, grpcHTTP2]
    ),
    .testTarget(
      name: "ControlPlaneTests",
      dependencies: [
        "ControlPlane", "MeshModel", "TestCertificates", "TestSupport", "XDSCore", "XDSProtos",
        "XDSWire", grpcCore, grpcHTTP2, grpcProtobuf, lifecycle, logging, nioCore, nioPosix,
        protobuf,
      ]
    ),
    .testTarget(
      name: "MeshClientTests",
      dependencies: [
        "ControlPlane", "MeshClient", "MeshModel", "TestSupport", "TrafficEngine", "XDSCore",
        "XDSProtos", "XDSWire",
        grpcCore, grpcHTTP2, grpcProtobuf, logging, nioCore,
      ]
    ),
    .testTarget(
      name: "CallLogsTests",
      dependencies: ["CallLogs", "MeshModel", "TestSupport"]
    ),
    .testTarget(
      name: "DebugServerTests",
      dependencies: ["DebugServer", "MeshModel", "TestSupport", "XDSCore", logging, nioPosix]
    ),
    .testTarget(
      name: "ExternalMeshTests",
      dependencies: [
        "ExternalMesh", "GRPCServices", "MeshModel", "RuleFiles", "TestSupport", grpcCore,
        grpcHTTP2,
      ]
    ),
    .testTarget(
      name: "HTTP2TransportTests",
      dependencies: [
        "HTTP2Transport", "TestCertificates", "TestSupport", asn1, grpcCore, grpcHTTP2, http2,
        http2Headers, nioCore, nioPosix, nioSSL, nioTLS, x509,
      ]
    ),
    .testTarget(
      name: "RuleFilesTests",
      dependencies: ["MeshModel", "RuleFiles", "TestSupport"],
      exclude: ["Corpus"]
    ),
    .testTarget(
      name: "RuleStoreTests",
      dependencies: [
        "MeshModel", "MeshPicture", "MeshRuntime", "RevisionContent", "RevisionWriter", "RuleStore",
        "TestSupport", "XDSCore", grdb,
      ]
    ),
    .testTarget(
      name: "VerbsTests",
      dependencies: ["MeshModel", "MeshPicture", "RuleFiles", "TestSupport", "Verbs"]
    ),
    .testTarget(
      name: "AdminWireTests",
      dependencies: [
        "AdminProtos", "AdminWire", "MeshModel", "MeshPicture", "TestSupport", protobuf,
      ]
    ),
    .testTarget(
      name: "AdminAPITests",
      dependencies: [
        "AdminAPI", "AdminProtos", "AdminWire", "MeshModel", "MeshPicture", "TestCertificates",
        "TestSupport", grpcCore, grpcHTTP2, lifecycle, logging, nioPosix,
      ]
    ),
    .testTarget(
      name: "LocalMeshTests",
      dependencies: ["LocalMesh", "MeshModel", "MeshPicture", "TestSupport"]
    ),
    .testTarget(
      name: "NcursesTerminalTests",
      dependencies: ["CNcurses", "NcursesTerminal", "TerminalUI", "TestSupport"]
    ),
  ]
)

for target in package.targets where target.type != .system && target.name != "CNcurses" {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ]
}
