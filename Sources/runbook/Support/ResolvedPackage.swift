/// A Swift package that the program was built from. The list is written when it is built.
struct ResolvedPackage {
  var name: String
  var version: String
  var revision: String
  var location: String
}
