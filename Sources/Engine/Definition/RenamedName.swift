/// The previous version's names of functions that runbooks call, accepted in hints until the next version.
public enum RenamedName {
  /// Today's names by the earlier ones.
  public static let all = [
    "file.exists_here": "file.exists_local", "file.read_here": "file.read_local", "file.hand_over": "file.create_local",
    "simulation.file_here": "simulation.local_file",
  ]

  /// What to write in place of a name; `nil` where it was not renamed.
  public static func hint(for name: String) -> String? { all[name].map { "it is called \($0) now" } }
}
