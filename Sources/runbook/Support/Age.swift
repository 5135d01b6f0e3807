import ArgumentParser
import Foundation

/// A span of time on the command line: `90d`, `12h`, `6w`.
struct Age: ExpressibleByArgument {
  let seconds: TimeInterval

  init?(argument: String) {
    let units: [Character: Double] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = UInt32(argument.dropLast()) else { return nil }
    seconds = Double(number) * unit
  }
}
