import Inventory
import Values

extension WorldPlan {
  /// Reads a world file.
  ///
  /// - Parameter file: its name, for messages; files that it names are looked for beside it.
  /// - Throws: A `Failure` with the line.
  public static func parse(text: String, file: String, inventory: Inventory) throws -> WorldPlan {
    try WorldPlanReader(file: file, inventory: inventory).read(text)
  }
}
