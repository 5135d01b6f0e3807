import Foundation
import PackagePlugin

/// Writes the resolved versions of all packages into the program, before it is compiled.
@main
struct ResolvedVersions: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let resolved = context.package.directoryURL.appending(path: "Package.resolved")
    let output = context.pluginWorkDirectoryURL.appending(path: "ResolvedPackages.swift")
    return [
      .buildCommand(
        displayName: "Write down the versions of all packages",
        executable: try context.tool(named: "write-resolved-versions").url,
        arguments: [resolved.path, output.path], inputFiles: [resolved], outputFiles: [output])
    ]
  }
}
