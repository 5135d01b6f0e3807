import GRDB

extension Row {
  /// The column's value; `nil` when it is NULL or of another type. GRDB's subscript would trap on a type that only a
  /// damaged file can have.
  func value<Column: DatabaseValueConvertible>(_ index: Int, as type: Column.Type = Column.self) -> Column? {
    Column.fromDatabaseValue(self[index] as DatabaseValue)
  }
}
