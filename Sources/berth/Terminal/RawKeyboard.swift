import Dispatch
import Glibc

/// Keys as they are pressed, without echo, while it lives. Ctrl-C stays a signal.
final class RawKeyboard {
  private let queue = DispatchQueue(label: "berth.keyboard")
  private var saved = termios()

  /// - Parameter pressed: called for each key, on a thread of its own.
  /// - Returns: nil when standard input is no terminal.
  init?(pressed: @escaping @Sendable (UInt8) -> Void) {
    guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &saved) == 0 else { return nil }
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    queue.async {
      var key: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &key, 1)
        if count < 0, errno == EINTR { continue }
        guard count == 1 else { return }
        pressed(key)
      }
    }
  }

  /// Makes the terminal as it was.
  func restore() { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
}
