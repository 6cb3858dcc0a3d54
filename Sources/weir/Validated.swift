import ArgumentParser

/// Reads a flag's value; what is wrong with it becomes an error of usage.
///
/// - Throws: `ValidationError`: the prefix, then what `read` threw.
func validated<Value>(_ prefix: String = "", _ read: () throws -> Value) throws -> Value {
  do {
    return try read()
  } catch {
    throw ValidationError("\(prefix)\(error)")
  }
}
