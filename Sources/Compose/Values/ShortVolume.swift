/// The short form of a service's volume: `/inside`, `data:/inside`, `/outside:/inside:ro`
/// (`cli/compose/loader/volume.go`).
struct ShortVolume {
  /// Why a text is none.
  struct Problem: Error {
    var text: String
  }

  /// The volume or folder outside; `nil` where the engine makes a volume.
  private(set) var source: String?
  private var target: String?

  /// Reads a text.
  init(_ text: String) throws(Problem) {
    guard !text.isEmpty else { throw Problem(text: "invalid empty volume spec") }
    // So short a text is the folder inside, whatever it says.
    guard text.utf8.count > 2 else {
      target = text
      return
    }
    var section = String.UnicodeScalarView()
    // The client takes a zero for the end.
    for scalar in text.unicodeScalars + ["\0"] {
      let isDrive = scalar == ":" && section.count == 1 && section.first.map(Self.isLetter) == true
      guard !isDrive, scalar == ":" || scalar == "\0" else {
        section.append(scalar)
        continue
      }
      do { try add(String(section), isLast: scalar == "\0") } catch {
        throw Problem(text: "invalid spec: \(text): \(error.text)")
      }
      section.removeAll()
    }
  }

  /// The volume of the stack that it names; `nil` where it is a folder of the host or has no name.
  var volume: String? {
    guard let source, let first = source.unicodeScalars.first, !"./~".unicodeScalars.contains(first) else { return nil }
    let isDrive = Self.isLetter(first) && source.unicodeScalars.dropFirst().first == ":"
    return isDrive || source.hasPrefix("\\\\") ? nil : source
  }

  private mutating func add(_ section: String, isLast: Bool) throws(Problem) {
    if section.isEmpty { throw Problem(text: "empty section between colons") }
    if source == nil, isLast {
      target = section
    } else if source == nil {
      source = section
    } else if target == nil {
      target = section
    } else if !isLast {
      throw Problem(text: "too many colons")
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
