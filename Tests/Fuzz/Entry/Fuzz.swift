import Glibc

/// The target that `BERTH_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = getenv("BERTH_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  if let target = FuzzTarget.all.first(where: { $0.name == name }) { return target }
  _exit(64)
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  do {
    try target.run(Array(UnsafeRawBufferPointer(start: start, count: count)))
  } catch {
    let text = "\(target.name): a promise is broken: \(error)\n"
    _ = write(STDERR_FILENO, text, text.utf8.count)
    abort()
  }
  return 0
}
