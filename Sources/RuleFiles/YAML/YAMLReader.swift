import Yams

/// Reads a file's documents, every one that can be read.
struct YAMLReader {
  private(set) var documents: [YAMLNode] = []
  private(set) var problems: [YAMLProblem] = []

  init(_ bytes: [UInt8]) {
    do throws(YAMLProblem) {
      let text = try YAMLText(bytes)
      if let node = text.json {
        documents = [node]
      } else {
        for chunk in text.chunks { read(chunk) }
      }
    } catch {
      problems.append(error)
    }
  }

  private mutating func read(_ chunk: YAMLText.Chunk) {
    if let node = BlockReader.read(chunk) {
      documents.append(node)
      return
    }
    var repair = DuplicateKeyRepair(chunk)
    while true {
      do {
        let composer = try YAMLComposer(repair.chunk)
        documents += composer.documents
        problems += repair.problems + composer.problems
        return
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        // One at a time: the second of the two is taken out, and the rest read again.
        if repair.takeOut(keys.first ?? "", after: context.mark) { continue }
        problems += repair.problems
        return
      } catch let error as YamlError {
        problems += repair.problems + [YAMLProblem(error, in: repair.chunk)]
        return
      } catch {
        problems += repair.problems + [YAMLProblem(.syntax, at: nil, "\(error)")]
        return
      }
    }
  }
}
