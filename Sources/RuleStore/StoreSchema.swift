internal import GRDB

/// The tables of a store, and how older ones become today's.
///
///     revisions         one row a revision
///     objects           each content once, whoever has it
///     revision_objects  which object stood where, from one revision to another
///     source            when rules were last taken over from files; no row for never
///     source_objects    what the files said then
enum StoreSchema {
  /// `weir` in ASCII: tells a store from other databases.
  static let applicationID = 0x7765_6972

  /// A migration that was given out is never changed; a new one is added.
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 revisions and objects") { try $0.execute(sql: first) }
    return migrator
  }()

  private static let first = """
    PRAGMA application_id = \(applicationID);

    CREATE TABLE revisions (
      number INTEGER PRIMARY KEY,
      time INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
      author TEXT NOT NULL,
      cause TEXT NOT NULL,
      title TEXT NOT NULL,
      kind TEXT NOT NULL, -- edit, continuedEdit, revertedEdit, undo, redo
      step_title TEXT NOT NULL -- that of the edit which it makes, continues, undoes or redoes
    ) STRICT;

    CREATE TABLE objects (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL UNIQUE, -- SHA-256 of json
      kind TEXT NOT NULL,
      namespace TEXT NOT NULL,
      name TEXT NOT NULL,
      json TEXT NOT NULL
    ) STRICT;

    CREATE TABLE revision_objects (
      kind TEXT NOT NULL,
      position INTEGER NOT NULL, -- among the objects of its kind, from 0
      since INTEGER NOT NULL, -- the first revision
      until INTEGER, -- the last revision; NULL up to the newest
      object INTEGER NOT NULL REFERENCES objects (id),
      PRIMARY KEY (kind, position, since)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX revision_objects_object ON revision_objects (object);

    CREATE TABLE source (
      revision INTEGER NOT NULL -- the newest one when it was taken over
    ) STRICT;

    CREATE TABLE source_objects (
      kind TEXT NOT NULL,
      position INTEGER NOT NULL,
      object INTEGER NOT NULL REFERENCES objects (id),
      PRIMARY KEY (kind, position)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX source_objects_object ON source_objects (object);
    """
}
