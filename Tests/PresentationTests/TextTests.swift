import Foundation
import TestSupport
import Testing

@testable import Presentation

@Suite("Text for people", .usualTimeLimit)
struct TextTests {
  @Test(
    "durations read as people say them",
    arguments: [
      (0, "0.0s"), (0.44, "0.4s"), (12.34, "12.3s"), (59.94, "59.9s"), (59.96, "1m 00s"), (185, "3m 05s"),
      (3599.6, "1h 00m"), (3725, "1h 02m"), (183_600, "2d 03h"), (-5, "0.0s"),
    ])
  func durations(seconds: Double, text: String) { #expect(DurationText.of(seconds) == text) }

  @Test("a countdown is rounded up, so that it does not stand at zero")
  func countdown() {
    #expect(DurationText.countdown(2.1) == "3s")
    #expect(DurationText.countdown(79.5) == "1m 20s")
    #expect(DurationText.countdown(-1) == "0s")
  }

  @Test("moments are told by distance and by clock")
  func moments() {
    let text = MomentText(timeZone: .gmt)
    let now = Story.beginning
    #expect(text.minute(now) == "2027-01-15 08:00")
    #expect(text.clock(now.addingTimeInterval(7)) == "08:00:07")
    #expect(text.relative(now.addingTimeInterval(-10), to: now) == "just now")
    #expect(text.relative(now.addingTimeInterval(-60), to: now) == "1 minute ago")
    #expect(text.relative(now.addingTimeInterval(-7200), to: now) == "2 hours ago")
    #expect(text.relative(now.addingTimeInterval(-90_000), to: now) == "yesterday")
    #expect(text.relative(now.addingTimeInterval(-5 * 86_400), to: now) == "5 days ago")
    #expect(text.relative(now.addingTimeInterval(300), to: now) == "in the future")
  }

  @Test(
    "columns are counted as terminals count them",
    arguments: [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ﾊﾝ", 2), ("😀", 2), ("한", 2), ("✓", 1), ("\u{200D}", 0),
      ("🇸🇪", 2), ("❤\u{FE0F}", 2),
    ])
  func widths(text: String, columns: Int) { #expect(DisplayWidth.of(text) == columns) }

  @Test("a wide character is not cut in half")
  func clip() {
    #expect(DisplayWidth.clip("日本語", to: 6, ellipsis: "…") == "日本語")
    #expect(DisplayWidth.clip("日本語", to: 5, ellipsis: "…") == "日本…")
    #expect(DisplayWidth.clip("日本語", to: 4, ellipsis: "…") == "日…")
    #expect(DisplayWidth.clip("abcdef", to: 4, ellipsis: "...") == "a...")
  }

  @Test(
    "nothing that a host printed can command the terminal",
    arguments: [
      ("\u{1B}[31mred\u{1B}[0m", "red"),
      ("\u{1B}]0;title\u{7}text", "text"),
      ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
      ("\u{1B}P1$r\u{1B}\\after", "after"),
      ("\u{9B}2Jclear", "clear"),
      ("\u{1B}c\u{1B}(Breset", "reset"),
      ("bell\u{7}\u{8}\u{7F}\u{0}", "bell"),
      ("left\u{202E}right", "leftright"),
      ("a\tb", "a b"),
      ("cut off \u{1B}[", "cut off "),
      ("plain ü 日", "plain ü 日"),
    ])
  func plain(text: String, safe: String) { #expect(PlainText.line(text) == safe) }

  @Test("a pile of combining marks stays in its line")
  func marks() {
    let pile = "a" + String(repeating: "\u{301}", count: 50)
    #expect(PlainText.line(pile).unicodeScalars.count == 5)
  }

  @Test("of a progress bar its last state is left")
  func progress() {
    #expect(PlainText.lines("10%\r50%\r100%\r\ndone\n\n") == ["100%", "done"])
  }

  @Test("text is wrapped at spaces, keeps its breaks and indentation, and long words are cut")
  func wrapping() {
    #expect(Wrapping.wrap("one two three four", to: 9) == ["one two", "three", "four"])
    #expect(Wrapping.wrap("  in dented text", to: 10) == ["  in", "  dented", "  text"])
    #expect(Wrapping.wrap("abcdefghijkl", to: 8) == ["abcdefgh", "ijkl"])
    #expect(Wrapping.wrap("a\n\nb", to: 8) == ["a", "", "b"])
    #expect(Wrapping.wrap("日本語日本語", to: 8) == ["日本語日", "本語"])
  }

  @Test("a wrapped command can still be copied into a shell")
  func commands() {
    let wrapped = CommandWrapping.wrap("docker node update --label-add 'a b c' --label-rm x node", to: 24)
    #expect(wrapped == ["docker node update \\", "  --label-add 'a b c' \\", "  --label-rm x node"])
    #expect(wrapped.allSatisfy { $0.count <= 24 })
    #expect(CommandWrapping.wrap("docker ps", to: 24) == ["docker ps"])
  }
}
