// swift-tools-version: 6.1
import PackageDescription

// One idea per target; imports point downwards only. docs/architecture.md says what is where. Only Linux is supported.
let package = Package(
  name: "runbook",
  products: [.executable(name: "runbook", targets: ["runbook"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    // What hummingbird's own types are made of.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    // What crosses every border: data, secrets, failures.
    .target(name: "Values"),
    // Files of this machine, on its disk before it is told.
    .target(name: "LocalFiles"),

    // Waiting: each wait can be cancelled.
    .target(name: "Concurrency"),

    // Lua.
    .target(name: "CLua", linkerSettings: [.linkedLibrary("lua5.4")]),
    .target(name: "LuaVM", dependencies: ["CLua", "Values"]),
    .target(name: "LuaSyntax"),

    // Durable execution.
    .target(
      name: "Journal",
      dependencies: [
        "LocalFiles", "Values", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Engine",
      dependencies: [
        "Concurrency", "Journal", "LocalFiles", "LuaSyntax", "LuaVM", "Values",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    // For tests, ours and those of runbooks: executions that die at any moment.
    .target(name: "CrashTesting", dependencies: ["Engine", "Journal", "LuaVM", "Values"]),

    // The outside.
    .target(
      name: "Remote",
      dependencies: [
        "Concurrency", "Values", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(
      name: "DockerEngine",
      dependencies: [
        "Concurrency", "Placement", "Values", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"), .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .target(
      name: "SwarmPKI",
      dependencies: [
        "Values", .product(name: "Crypto", package: "swift-crypto"), .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ]),
    .target(name: "YAMLTree", dependencies: ["Values", .product(name: "Yams", package: "Yams")]),
    .target(name: "Inventory", dependencies: ["LocalFiles", "Values", "YAMLTree"]),
    .target(name: "Placement", dependencies: ["Values"]),
    .target(name: "Compose", dependencies: ["Placement", "Values", "YAMLTree"]),

    // A world in memory.
    .target(
      name: "SwarmModel",
      dependencies: [
        "Placement", "SwarmPKI", "Values", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"), .product(name: "X509", package: "swift-certificates"),
      ]),

    // Put together.
    .target(
      name: "HostModules",
      dependencies: [
        "Compose", "Concurrency", "DockerEngine", "Engine", "Inventory", "Journal", "LocalFiles", "Placement", "Remote",
        "SwarmPKI", "Values", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "Check", dependencies: ["Engine", "LuaSyntax", "Values"]),
    .target(
      name: "Simulation",
      dependencies: [
        "Compose", "Concurrency", "DockerEngine", "HostModules", "Inventory", "LocalFiles", "Remote", "SwarmModel",
        "SwarmPKI",
        "Values", "YAMLTree", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .target(
      name: "Survey",
      dependencies: ["Concurrency", "DockerEngine", "HostModules", "Inventory", "Journal", "Remote", "Values"]),
    // Tests of runbooks, in Lua, in simulated worlds.
    .target(
      name: "RunbookTesting",
      dependencies: [
        "CrashTesting", "Engine", "HostModules", "Inventory", "Journal", "LuaSyntax", "LuaVM", "Simulation", "Values",
      ]),
    .target(
      name: "Presentation",
      dependencies: ["Journal", "Values", .product(name: "Crypto", package: "swift-crypto")]),
    .target(
      name: "Report",
      dependencies: ["Journal", "Presentation", "Values", .product(name: "Mustache", package: "swift-mustache")]),
    .target(
      name: "Web",
      dependencies: [
        "Journal", "Presentation", "Report", "Values", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"), .product(name: "Mustache", package: "swift-mustache"),
      ]),
    // Reading lines at a terminal: libedit.
    .target(name: "CLineEditor", linkerSettings: [.linkedLibrary("edit")]),
    .executableTarget(
      name: "runbook",
      dependencies: [
        "CLineEditor", "Check", "CrashTesting", "Engine", "HostModules", "Inventory", "Journal", "LocalFiles", "LuaVM",
        "Presentation", "Remote", "Report", "RunbookTesting", "Simulation", "Survey", "Values", "Web",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], plugins: ["ResolvedVersions"]),
    // What the program is built of, written into it.
    .executableTarget(name: "write-resolved-versions"),
    .plugin(name: "ResolvedVersions", capability: .buildTool(), dependencies: ["write-resolved-versions"]),

    // What somebody else's host module looks like.
    .target(
      name: "ExampleModule", dependencies: ["Engine", "HostModules", "Remote", "Values"],
      path: "Examples/ExampleModule",
      exclude: ["disk.lua"]),

    // The manual: what the commands say of themselves, as man pages and for the reference.
    .target(name: "Manual"),
    .executableTarget(name: "write-manual", dependencies: ["Manual"]),

    .testTarget(name: "ConcurrencyTests", dependencies: ["Concurrency", "TestSupport"]),
    .testTarget(name: "ValuesTests", dependencies: ["Fuzzing", "TestSupport", "Values"]),
    .testTarget(name: "LocalFilesTests", dependencies: ["LocalFiles", "TestSupport"]),
    .testTarget(name: "LuaVMTests", dependencies: ["CLua", "LuaVM", "TestSupport", "Values"]),
    .testTarget(name: "LuaSyntaxTests", dependencies: ["Fuzzing", "LuaSyntax", "LuaVM", "TestSupport"]),
    .testTarget(
      name: "CheckTests", dependencies: ["Check", "Fuzzing", "HostModules", "RunbookTesting", "TestSupport"]),
    .testTarget(
      name: "JournalTests",
      dependencies: ["Fuzzing", "Journal", "TestSupport", "Values", .product(name: "Crypto", package: "swift-crypto")],
      exclude: ["Recorded"]),
    .testTarget(
      name: "EngineTests",
      dependencies: ["CrashTesting", "Engine", "Fuzzing", "Journal", "LuaVM", "TestSupport", "Values"]),
    .testTarget(
      name: "RemoteTests",
      dependencies: ["Fuzzing", "HostModules", "Inventory", "Remote", "Survey", "TestSupport", "Values"]),
    .testTarget(
      name: "DockerEngineTests", dependencies: ["Conformance", "DockerEngine", "Fuzzing", "TestSupport", "Values"],
      exclude: ["Recorded"]),
    .testTarget(name: "SwarmPKITests", dependencies: ["Fuzzing", "SwarmPKI", "TestSupport", "Values"]),
    .testTarget(name: "YAMLTreeTests", dependencies: ["Fuzzing", "TestSupport", "Values", "YAMLTree"]),
    .testTarget(
      name: "InventoryTests", dependencies: ["Fuzzing", "Inventory", "PinnedTools", "TestSupport", "Values"]),
    .testTarget(name: "PlacementTests", dependencies: ["Placement", "TestSupport", "Values"]),
    .testTarget(
      name: "ComposeTests", dependencies: ["Compose", "Fuzzing", "PinnedTools", "Placement", "TestSupport", "Values"]),
    .testTarget(
      name: "ExampleModuleTests",
      dependencies: ["Engine", "ExampleModule", "HostModules", "Inventory", "Journal", "TestSupport", "Values"],
      path: "Examples/ExampleModuleTests"),
    .testTarget(
      name: "HostModulesTests",
      dependencies: [
        "DockerEngine", "Engine", "HostModules", "Inventory", "Journal", "LuaVM", "Remote", "Simulation", "TestSupport",
        "Values",
      ]),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Conformance", "DockerEngine", "Fuzzing", "HostModules", "Inventory", "Placement", "Remote", "Simulation",
        "Survey", "SwarmModel", "TestSupport", "Values",
      ]),
    .testTarget(
      name: "PromiseTests",
      dependencies: [
        "BuiltProgram", "CrashTesting", "Engine", "Fuzzing", "HostModules", "Inventory", "Journal", "Simulation",
        "TestSupport", "Values", .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    // For tests: what every engine must do, a real one and a modelled one.
    .target(name: "Conformance", dependencies: ["DockerEngine", "TestSupport", "Values"], path: "Tests/Conformance"),
    .testTarget(name: "RunbookTestingTests", dependencies: ["LuaVM", "RunbookTesting", "TestSupport", "Values"]),
    .testTarget(
      name: "PresentationTests", dependencies: ["Fuzzing", "Journal", "Presentation", "TestSupport", "Values"]),
    .testTarget(
      name: "ReportTests",
      dependencies: [
        "Journal", "Report", "TestSupport", "Values", .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .testTarget(
      name: "WebTests",
      dependencies: [
        "Journal", "TestSupport", "Values", "Web", .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    // For tests: inputs that nobody would think of, the same in each run.
    .target(name: "Fuzzing", dependencies: ["Values"], path: "Tests/Fuzzing"),
    // For tests: waiting, a limit of time, a small disk.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    // For tests: outside programs in fixed versions.
    .target(name: "PinnedTools", path: "Tests/PinnedTools"),
    // For tests: where the built program is.
    .target(name: "BuiltProgram", path: "Tests/BuiltProgram"),
    // For tests: what the documents tell a reader to type.
    .target(name: "DocumentedCommands", path: "Tests/DocumentedCommands"),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "BuiltProgram", "DocumentedCommands", "Engine", "HostModules", "Inventory", "Manual", "TestSupport", "Values",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .testTarget(
      name: "LabTests",
      dependencies: [
        "BuiltProgram", "DocumentedCommands", "TestSupport", .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
  ]
)

// The sanitizers build only what they look at: `make sanitize` names the targets.
if let names = Context.environment["RUNBOOK_ONLY_TARGETS"]?.split(separator: " ").map(String.init) {
  package.targets.removeAll { !names.contains($0.name) }
  package.products.removeAll()
}
