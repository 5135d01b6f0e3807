/// The last bytes of an output that may be endless.
struct OutputTail {
  static let limit = 64 * 1024
  private(set) var bytes: [UInt8] = []

  mutating func append(_ new: some Collection<UInt8>) {
    bytes += new.suffix(Self.limit)
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }
}
