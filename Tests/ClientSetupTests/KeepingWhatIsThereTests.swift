import ClientSetup
import Testing

/// What `--write` makes of files that are there: settings of others stay, and a second run finds nothing to do.
struct KeepingWhatIsThereTests {
  @Test(
    arguments: [
      (
        "",
        "{\n  \"registry-mirrors\": [\"http://mirror.example:5000\"],\n  \"insecure-registries\": [\"mirror.example:5000\"]\n}\n"
      ),
      (
        #"{"log-level": "debug", "registry-mirrors": ["https://other.example"], "dns": ["192.0.2.1"], "mtu": 1400}"#,
        """
        {
          "log-level": "debug",
          "registry-mirrors": ["http://mirror.example:5000", "https://other.example"],
          "dns": ["192.0.2.1"],
          "mtu": 1400,
          "insecure-registries": ["mirror.example:5000"]
        }

        """
      ),
    ]
  )
  func daemonJSON(existing: String, expected: String) throws {
    try expectMerge(.docker, "/etc/docker/daemon.json", existing, becomes: expected)
  }

  @Test(arguments: ["[]", "{", #"{"registry-mirrors": "x"}"#, #"{"a": 1, "a": 2}"#, "{} {}"])
  func daemonJSONThatCannotBeMerged(existing: String) throws {
    try expectRefusal(.docker, "/etc/docker/daemon.json", existing)
  }

  static let debian = """
    version = 2

    [plugins]
      [plugins."io.containerd.grpc.v1.cri"]
        [plugins."io.containerd.grpc.v1.cri".cni]
          bin_dir = "/usr/lib/cni"
      [plugins."io.containerd.internal.v1.opt"]
        path = "/var/lib/containerd"

    """

  static let dumped = """
    disabled_plugins = []
    imports = ["/etc/containerd/config.toml"]
    version = 2

    [plugins]

      [plugins."io.containerd.grpc.v1.cri"]
        sandbox_image = "registry.k8s.io/pause:3.6" # ours

        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = ""

          [plugins."io.containerd.grpc.v1.cri".registry.auths]

          [plugins."io.containerd.grpc.v1.cri".registry.mirrors]

    """

  @Test(
    arguments: [
      (
        debian,
        debian + "\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n"
      ),
      (dumped, dumped.replacing("config_path = \"\"", with: "config_path = \"/etc/containerd/certs.d\"")),
      (
        "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry] # mirrors\n[debug]\nlevel = 'info'\n",
        "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry] # mirrors\n"
          + "  config_path = \"/etc/containerd/certs.d\"\n[debug]\nlevel = 'info'\n"
      ),
      (
        "version = 2\nplugins.\"io.containerd.grpc.v1.cri\".registry.config_path = [\n  ']', # odd\n]\n",
        "version = 2\nplugins.\"io.containerd.grpc.v1.cri\".registry.config_path = \"/etc/containerd/certs.d\"\n"
      ),
    ]
  )
  func containerdConfiguration(existing: String, expected: String) throws {
    try expectMerge(.containerd, "/etc/containerd/config.toml", existing, becomes: expected)
  }

  @Test(
    arguments: [
      ("no version", "[plugins]\n"),
      ("containerd 0", "version = 1\n"),
      (
        "mirrors of the old kind",
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"docker.io\"]\n"
      ),
      ("inline", "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\nregistry = { config_path = \"\" }\n"),
      ("several lines", "version = 2\nx = \"\"\"\n[plugins]\n\"\"\"\n"),
      ("no TOML", "version = 2\nhello\n"),
      ("open bracket", "version = 2\nx = [\n"),
      ("dotted below", "version = 2\n[plugins]\n\"io.containerd.grpc.v1.cri\".registry.headers.X = [\"y\"]\n"),
    ]
  )
  func containerdConfigurationThatCannotBeMerged(_: String, existing: String) throws {
    try expectRefusal(.containerd, "/etc/containerd/config.toml", existing)
  }

  @Test(arguments: [("version = 2\n", ContainerdVersion.v2), ("version = 3\n", .v1)])
  func containerdOfAnotherVersion(existing: String, version: ContainerdVersion) throws {
    var request = try Given.request()
    request.containerdVersion = version
    let plan = try SetupPlan(for: .containerd, request)
    #expect(throws: SetupError.self) { try plan.change("/etc/containerd/config.toml", of: existing) }
  }

  @Test func buildkitdTOML() throws {
    let existing = """
      debug = true
      [worker.oci]
        enabled = false # rootless
      [registry."docker.io"]
        mirrors = ["old.example"]
        http = false
      """
    let expected = """
      debug = true
      [worker.oci]
        enabled = false # rootless
      [registry."docker.io"]
        mirrors = ["mirror.example:5000/docker.io"]
        http = false

      [registry."mirror.example:5000"]
        http = true

      """
    let plan = try SetupPlan(for: .buildkit, Given.request(["docker.io"]))
    try expectMerge(plan, "/etc/buildkit/buildkitd.toml", existing, becomes: expected)
  }

  @Test func registriesYAML() throws {
    let existing = """
      # private
      configs:
        registry.example:
          auth: {username: "007", password: 'yes'}
      mirrors:
        docker.io: {endpoint: ["https://old.example"], rewrite: {"^a/(.*)": "b/$1"}}
        registry.example: {}
      """
    let expected = """
      configs:
        registry.example:
          auth:
            username: "007"
            password: 'yes'
      mirrors:
        docker.io:
          endpoint:
          - "http://mirror.example:5000"
          rewrite:
            "^a/(.*)": "b/$1"
        registry.example: {}

      """
    let plan = try SetupPlan(for: .k3s, Given.request(["docker.io"]))
    try expectMerge(plan, "/etc/rancher/k3s/registries.yaml", existing, becomes: expected)
  }

  @Test(arguments: ["- a\n", "a: &x 1\nb: *x\n", "a: [", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n"])
  func registriesYAMLThatCannotBeMerged(existing: String) throws {
    try expectRefusal(.k3s, "/etc/rancher/k3s/registries.yaml", existing)
  }

  @Test func ownFiles() throws {
    let path = "/etc/containers/registries.conf.d/50-berth.conf"
    let plan = try SetupPlan(for: .podman, Given.request(["docker.io"]))
    let text = try #require(plan.text(path))
    let older = try #require(try SetupPlan(for: .podman, Given.request(["quay.io"])).text(path))
    #expect(try plan.change(path, of: nil) == .created(text))
    #expect(try plan.change(path, of: text) == .unchanged)
    #expect(try plan.change(path, of: older) == .replaced(by: text, keepsOld: false), "ours to make anew")
    #expect(try plan.change(path, of: "[[registry]]\n") == .replaced(by: text, keepsOld: true))
  }

  private func expectMerge(_ engine: Engine, _ path: String, _ existing: String, becomes expected: String) throws {
    try expectMerge(SetupPlan(for: engine, Given.request()), path, existing, becomes: expected)
  }

  private func expectMerge(_ plan: SetupPlan, _ path: String, _ existing: String, becomes expected: String) throws {
    let change = try plan.change(path, of: existing)
    #expect(change == (existing.isEmpty ? .created(expected) : .replaced(by: expected, keepsOld: true)))
    #expect(try plan.change(path, of: expected) == .unchanged, "a second run")
  }

  private func expectRefusal(_ engine: Engine, _ path: String, _ existing: String) throws {
    let plan = try SetupPlan(for: engine, Given.request())
    #expect {
      try plan.change(path, of: existing)
    } throws: { error in
      "\(error)".hasPrefix(path) && "\(error)".contains("by hand")
    }
  }
}
