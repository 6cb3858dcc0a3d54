/// How many Unicode scalars of text from outside are kept, by what it is.
enum TextLimit {
  static let name = 64
  static let identifier = 256
  static let headerName = 64
  static let headerValue = 128
  static let title = 200
  static let message = 400
}
