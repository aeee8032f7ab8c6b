import Glibc
import OCI

/// Runs a credential helper to its end. It blocks: it is called on a queue of its own.
///
/// No shell is involved, and the program gets no open file of Berth's besides its input and output.
struct HelperProcess {
  let environment: ProcessEnvironment
  /// From the start to the end of the program; it is killed then.
  let timeout: Duration
  /// Most bytes that it may print.
  let maxOutputBytes: Int

  /// Asks the helper.
  ///
  /// - Throws: `credentialUnavailable` if it is not there, cannot be started, takes too long or prints too much.
  func run(_ request: HelperRequest) throws(UpstreamFailure) -> HelperAnswer {
    let program = request.helper.program
    guard let path = environment.program(program) else {
      throw .credentialUnavailable("\(program) is in no directory of PATH: install it, or correct the helper's name")
    }
    let deadline = ContinuousClock.now + timeout
    let (input, question) = try pair(program)
    // It fits into the socket's buffer: this cannot block, and the reading end is open.
    _ = Array(request.server.utf8).withUnsafeBytes { write(question, $0.baseAddress, $0.count) }
    close(question)
    defer { close(input) }
    let (answer, output) = try pair(program)
    defer { close(answer) }
    let child = spawn(path, input: input, output: output)
    close(output)
    guard case .success(let process) = child else {
      throw .credentialUnavailable("\(program) cannot be started: \(Self.reason(of: child))")
    }
    var printed: [UInt8] = []
    let isComplete = read(answer, into: &printed, until: deadline)
    let status = end(of: process, until: isComplete ? deadline : .now)
    guard printed.count <= maxOutputBytes else {
      throw .credentialUnavailable("\(program) printed more than \(maxOutputBytes) bytes")
    }
    guard isComplete, let status else {
      throw .credentialUnavailable("\(program) had not answered for \(request.server) after \(timeout)")
    }
    return HelperAnswer(status: status, output: printed)
  }

  /// Two connected sockets: unlike a pipe they can be made so that no other program that is started gets them.
  private func pair(_ program: String) throws(UpstreamFailure) -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw .credentialUnavailable("\(program) cannot be started: \(String(cString: strerror(errno)))")
    }
    return (ends[0], ends[1])
  }

  /// Reads until the other end is closed. False if time or room runs out before.
  private func read(_ descriptor: Int32, into bytes: inout [UInt8], until deadline: ContinuousClock.Instant) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4 << 10)
    while bytes.count <= maxOutputBytes {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Self.milliseconds(until: deadline))
      if ready == 0 { return false }
      let count = ready < 0 ? -1 : Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return true }
      if count > 0 { bytes += buffer[..<count] } else if errno != EINTR { return false }
    }
    return false
  }

  /// How the program ended; nil if it had to be killed, with all that it had started.
  private func end(of process: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
    var status: Int32 = 0
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return Self.exitStatus(status) }
      guard ended == 0 || errno == EINTR else { return nil }
      if ContinuousClock.now >= deadline { break }
      // It has closed its output and is about to end; only a strange one is seen here twice.
      poll(nil, 0, 5)
    }
    kill(-process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return nil
  }

  private static func exitStatus(_ status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }

  private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let (seconds, attoseconds) = (deadline - .now).components
    return Int32(clamping: max(0, seconds) * 1_000 + max(0, attoseconds) / 1_000_000_000_000_000 + 1)
  }

  private static func reason(of child: Result<pid_t, SpawnError>) -> String {
    guard case .failure(let error) = child else { return "" }
    return String(cString: strerror(error.code))
  }
}
