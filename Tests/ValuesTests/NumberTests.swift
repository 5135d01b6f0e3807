import TestSupport
import Testing
import Values

@Suite("Numbers from outside", .usualTimeLimit)
struct NumberTests {
  @Test("a number that does not fit becomes the border, one that is none becomes 0")
  func nearest() {
    #expect(Int64(nearest: 1e300) == .max && Int64(nearest: -1e300) == .min)
    #expect(Int64(nearest: .infinity) == .max && Int64(nearest: -.infinity) == .min && Int64(nearest: .nan) == 0)
    #expect(Int64(nearest: 0x1p63) == .max, "one more than the greatest")
    #expect(Int32(nearest: 2.5e9) == .max && Int(nearest: 2.4) == 2)
  }

  @Test("a sum and a product stop at the border")
  func bounded() {
    #expect(Int64.max.addingBounded(1) == .max && Int64.min.addingBounded(-1) == .min)
    #expect(Int64(2).addingBounded(3) == 5)
    #expect(Int64.max.multipliedBounded(by: 2) == .max && Int64.max.multipliedBounded(by: -2) == .min)
    #expect(Int64.min.multipliedBounded(by: -1) == .max && Int64(2).multipliedBounded(by: 3) == 6)
  }

  @Test("a duration of any number of seconds can be waited for")
  func duration() {
    for seconds in [1e300, .infinity, .nan, -1, 0, 5, .greatestFiniteMagnitude, 0x1p63] {
      let duration = Duration.bounded(seconds: seconds)
      #expect(duration >= .zero && ContinuousClock.now + duration >= ContinuousClock.now - .seconds(1))
    }
    #expect(Duration.bounded(seconds: 1.5) == .milliseconds(1500))
  }

  @Test("bounds take what is between them, and nothing that is no number")
  func bounds() {
    #expect(NumberBounds.atLeast(1).contains(1) && !NumberBounds.atLeast(1).contains(0))
    #expect(NumberBounds.port.contains(65_535) && !NumberBounds.port.contains(65_536))
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(!NumberBounds.atLeast(0).contains(number) && !NumberBounds.duration.contains(number))
    }
    #expect(NumberBounds.words(-3) == "-3" && NumberBounds.words(0.5) == "0.5")
    #expect(NumberBounds.words(1e300) == "1e+300" && NumberBounds.words(.nan) == "not a number")
  }

  @Test(
    "a duration is told in the unit that a person reads",
    arguments: [
      (Duration.seconds(60), "60 s"), (.seconds(1.5), "1.5 s"), (.milliseconds(250), "250 ms"), (.zero, "0 s"),
      (.seconds(119.96), "120 s"), (.seconds(Int64.max), "3153600000 s"), (.seconds(-5), "0 s"),
    ])
  func words(_ duration: Duration, _ words: String) { #expect(duration.words == words) }
}
