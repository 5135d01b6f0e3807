import TestSupport
import Testing

@testable import Report

@Suite(
  "The report in a browser", .usualTimeLimit,
  .enabled(if: Browser.isThere, "chromium and pdftotext (poppler-utils) are not installed"))
struct BrowserTests {
  @Test("on paper everything is unfolded, the bars have their colours, and the files are left out")
  func paper() async throws {
    let html = try RunReport(run: Story.record, events: Story.events, timeZone: Story.zone).html(at: Story.at(4000))
    let paper = try await Browser.print(html)
    for words in [
      "distribute.lua k3f9x2", "Is there a backup?", "attempt 1 failed at 02:00:07", "This node joined & is up",
      "da2: 10.0.0.2", "resumed 2026-11-21 03:00",
    ] { #expect(paper.text.contains(words), "\(words)") }
    #expect(!paper.text.contains("As it was when the run began"))
    // Bars of four and of five seconds, and one that failed: areas, not only the keys of the legend.
    #expect(paper.points[0x2F6FD0, default: 0] > 300)
    #expect(paper.points[0xD1373F, default: 0] > 300)
  }
}
