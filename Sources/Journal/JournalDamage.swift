import GRDB
import Values

/// What is wrong with a journal's file, and what of it can be read.
enum JournalDamage {
  /// What SQLite finds wrong, at most ten lines; empty for a sound file.
  static func findings(_ db: Database) -> [String] {
    do {
      let lines = try String.fetchAll(db, sql: "PRAGMA quick_check(10)")
      return lines == ["ok"] ? [] : lines
    } catch {
      return [(error as? DatabaseError)?.message ?? "the check failed"]
    }
  }

  /// One line: the first finding, and how much can be read.
  static func summary(_ db: Database, findings: [String]) -> String {
    let words = findings.first?.split(separator: "\n").last.map(String.init) ?? "damaged"
    return "\(words); \(readable(in: "runs", db)) runs and \(readable(in: "events", db)) events can be read"
  }

  /// How many rows of a table can be read, from the first to where the damage begins.
  private static func readable(in table: String, _ db: Database) -> Int {
    var count = 0
    do {
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table) NOT INDEXED")
      while try rows.next() != nil { count += 1 }
    } catch {
      // The damage begins here: what was counted before it is the answer.
    }
    return count
  }
}
