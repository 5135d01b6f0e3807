import Concurrency
import TestSupport
import Testing

@Suite("The line of those who wait for a connection", .usualTimeLimit)
struct WaitingLineTests {
  @Test("first come first served, whoever leaves in between")
  func order() {
    var line = WaitingLine<String>()
    let tickets = ["a", "b", "c", "d"].map { name in
      let ticket = line.ticket()
      line.join(name, with: ticket)
      return ticket
    }
    #expect(line.leave(tickets[1]) == "b")
    #expect(line.leave(tickets[1]) == nil)
    #expect(line.popFirst() == "a")
    #expect(line.leave(tickets[2]) == "c")
    #expect(line.popFirst() == "d")
    #expect(line.popFirst() == nil)
  }

  @Test("who joins late, with a ticket from before, is still served, and first")
  func late() {
    var line = WaitingLine<String>()
    let early = line.ticket()
    line.join("b", with: line.ticket())
    #expect(line.popFirst() == "b")
    line.join("c", with: line.ticket())
    line.join("a", with: early)
    #expect(line.popFirst() == "a")
    #expect(line.popFirst() == "c")
  }

  @Test("all are taken out in order, and the line goes on")
  func all() {
    var line = WaitingLine<Int>()
    for number in 0..<50 { line.join(number, with: line.ticket()) }
    #expect(line.popAll() == Array(0..<50))
    #expect(line.popFirst() == nil)
    line.join(7, with: line.ticket())
    #expect(line.popFirst() == 7)
  }
}
