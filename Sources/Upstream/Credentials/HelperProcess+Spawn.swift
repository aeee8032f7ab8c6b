import CSpawn
import Glibc

extension HelperProcess {
  /// The system's reason for not starting a program.
  struct SpawnError: Error { let code: Int32 }

  /// Starts the program at `path` with the argument `get`, as the leader of a process group of its own.
  func spawn(_ path: String, input: Int32, output: Int32) -> Result<pid_t, SpawnError> {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
    setSignals(of: &attributes)
    return withArguments([path, "get"]) { arguments in
      withArguments(environment.entries) { variables in
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, &attributes, arguments, variables)
        return code == 0 ? .success(process) : .failure(SpawnError(code: code))
      }
    }
  }

  /// What Berth ignores or blocks is its own affair: the program starts with all signals as usual.
  private func setSignals(of attributes: inout posix_spawnattr_t) {
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setflags(&attributes, Int16(flags))
  }

  /// Texts as a C array of strings that ends with a null.
  private func withArguments<Value>(
    _ texts: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
  ) -> Value {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (place, text) in texts.enumerated() { (list + place).initialize(to: strdup(text)) }
    (list + texts.count).initialize(to: nil)
    defer {
      for place in texts.indices { free(list[place]) }
      list.deallocate()
    }
    return body(list)
  }
}
