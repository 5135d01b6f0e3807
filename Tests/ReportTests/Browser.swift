import Foundation
import Subprocess

/// A real browser without a window.
struct Browser {
  /// Whether the tests with a browser can run; in CI they must.
  static let isThere =
    ProcessInfo.processInfo.environment["CI"] == "true"
    || (FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
      && FileManager.default.isExecutableFile(atPath: "/usr/bin/pdftotext"))

  /// What a page is on paper.
  struct Paper {
    /// Its text, page after page.
    var text: String
    /// The colours of the first page's points.
    var points: [UInt32: Int]
  }

  /// Prints a page.
  static func print(_ html: String) async throws -> Paper {
    let folder = FileManager.default.temporaryDirectory.appending(path: "browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let page = folder.appending(path: "page.html"), paper = folder.appending(path: "page.pdf")
    try Data(html.utf8).write(to: page)
    try await run(
      "chromium",
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer",
        "--user-data-dir=\(folder.path)/profile", "--print-to-pdf=\(paper.path)", page.absoluteString,
      ])
    let text = try await run("pdftotext", ["-layout", paper.path, "-"])
    try await run("pdftoppm", ["-r", "60", "-f", "1", "-singlefile", paper.path, folder.path + "/page"])
    let snapshot = try Data(contentsOf: folder.appending(path: "page.ppm"))
    return Paper(text: String(decoding: text, as: UTF8.self), points: points(snapshot))
  }

  @discardableResult
  private static func run(_ name: String, _ arguments: [String]) async throws -> Data {
    let result = try await Subprocess.run(
      .name(name), arguments: Arguments(arguments), input: .none, output: .data(limit: 1 << 24),
      error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else { throw Problem(words: "\(name): \(result.standardError)") }
    return result.standardOutput
  }

  struct Problem: Error { var words: String }

  /// Counts the colours of a binary PPM: a header of three lines, then three bytes for each point.
  private static func points(_ snapshot: Data) -> [UInt32: Int] {
    var lines = 0
    let header = snapshot.prefix { byte in
      if byte == UInt8(ascii: "\n") { lines += 1 }
      return lines < 3
    }
    let bytes = [UInt8](snapshot.dropFirst(header.count + 1))
    var counts: [UInt32: Int] = [:]
    for start in stride(from: 0, to: bytes.count - 2, by: 3) {
      counts[UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]), default: 0] += 1
    }
    return counts
  }
}
