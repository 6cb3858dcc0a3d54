import CNcurses
import TerminalUI

extension Key {
  /// One byte below 128; nil for a control character that has no name here.
  init?(ascii byte: UInt8) {
    switch byte {
    case 8, 127:
      self = .backspace
    case 9:
      self = .tab
    case 10, 13:
      self = .enter
    case 1...26:
      self = .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x20...0x7E:
      self = .character(Character(Unicode.Scalar(byte)))
    default:
      return nil
    }
  }

  /// A code of `weir_screen_read` above 255.
  init?(ncursesCode code: Int32) {
    switch Int(code) {
    case Int(WEIR_KEY_UP): self = .up
    case Int(WEIR_KEY_DOWN): self = .down
    case Int(WEIR_KEY_LEFT): self = .left
    case Int(WEIR_KEY_RIGHT): self = .right
    case Int(WEIR_KEY_HOME): self = .home
    case Int(WEIR_KEY_END): self = .end
    case Int(WEIR_KEY_PAGE_UP): self = .pageUp
    case Int(WEIR_KEY_PAGE_DOWN): self = .pageDown
    case Int(WEIR_KEY_BACKSPACE): self = .backspace
    case Int(WEIR_KEY_DELETE): self = .delete
    case Int(WEIR_KEY_ENTER): self = .enter
    case Int(WEIR_KEY_BACK_TAB): self = .backTab
    case Int(WEIR_KEY_FUNCTION) + 1...Int(WEIR_KEY_FUNCTION) + 12:
      self = .function(Int(code) - Int(WEIR_KEY_FUNCTION))
    default:
      return nil
    }
  }

  /// What follows `ESC O`: the cursor and function keys in application mode.
  init?(singleShift byte: UInt8) {
    switch byte {
    case UInt8(ascii: "P")...UInt8(ascii: "S"):
      self = .function(Int(byte - UInt8(ascii: "P")) + 1)
    case UInt8(ascii: "M"):
      self = .enter
    default:
      self.init(parameters: [], final: byte)
    }
  }

  /// A control sequence that terminfo doesn't know: terminals send the usual ones all the same.
  ///
  /// Nil for any other, and for keys held with a modifier.
  init?(parameters: [UInt8], final: UInt8) {
    switch (final, parameters.isEmpty) {
    case (UInt8(ascii: "A"), true): self = .up
    case (UInt8(ascii: "B"), true): self = .down
    case (UInt8(ascii: "C"), true): self = .right
    case (UInt8(ascii: "D"), true): self = .left
    case (UInt8(ascii: "F"), true): self = .end
    case (UInt8(ascii: "H"), true): self = .home
    case (UInt8(ascii: "Z"), true): self = .backTab
    case (UInt8(ascii: "~"), false):
      guard let number = Int(String(decoding: parameters, as: UTF8.self)) else { return nil }
      self.init(editingKey: number)
    default:
      return nil
    }
  }

  /// The number of a VT220 editing or function key.
  private init?(editingKey number: Int) {
    switch number {
    case 1, 7: self = .home
    case 3: self = .delete
    case 4, 8: self = .end
    case 5: self = .pageUp
    case 6: self = .pageDown
    case 11...15: self = .function(number - 10)
    case 17...21: self = .function(number - 11)
    case 23, 24: self = .function(number - 12)
    default: return nil
    }
  }
}
