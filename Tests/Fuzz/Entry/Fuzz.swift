import Glibc

/// The target that `BERTH_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = getenv("BERTH_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  if let target = FuzzTarget.all.first(where: { $0.name == name }) { return target }
  for target in FuzzTarget.all { print(target.name) }
  exit(name.isEmpty ? 0 : 64)
}()

/// What libFuzzer calls with each input. Without a target's name the program lists those there are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  do {
    try target.run(Array(UnsafeRawBufferPointer(start: start, count: count)))
  } catch {
    fputs("\(target.name): a promise is broken: \(error)\n", stderr)
    abort()
  }
  return 0
}
