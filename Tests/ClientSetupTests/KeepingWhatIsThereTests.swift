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
        #"{"log-level": "debug", "registry-mirrors": ["http://mirror.example:5000", "https://other.example"], "dns": ["192.0.2.1"], "mtu": 1400, "insecure-registries": ["mirror.example:5000"]}"#
      ),
      (
        """
        {
        \t"registry-mirrors": [
        \t\t"https://a.example",
        \t\t"https://b.example"
        \t],
        \t"insecure-registries": [],   "log-opts": {"x": "]}\\""},
        \t"mtu" : 1400
        }

        """,
        """
        {
        \t"registry-mirrors": [
        \t\t"http://mirror.example:5000",
        \t\t"https://a.example",
        \t\t"https://b.example"
        \t],
        \t"insecure-registries": ["mirror.example:5000"],   "log-opts": {"x": "]}\\""},
        \t"mtu" : 1400
        }

        """
      ),
      (
        "{\n    \"debug\": true\n}",
        "{\n    \"debug\": true,\n    \"registry-mirrors\": [\"http://mirror.example:5000\"],\n    \"insecure-registries\": [\"mirror.example:5000\"]\n}"
      ),
      (
        "{}",
        "{\n  \"registry-mirrors\": [\"http://mirror.example:5000\"],\n  \"insecure-registries\": [\"mirror.example:5000\"]\n}"
      ),
    ]
  )
  func daemonJSON(existing: String, expected: String) throws {
    try expectMerge(.docker, "/etc/docker/daemon.json", existing, becomes: expected)
  }

  @Test(arguments: [
    "[]", "{", #"{"registry-mirrors": "x"}"#, #"{"a": 1, "a": 2}"#, "{} {}", #"{"registry\u002dmirrors": []}"#,
  ])
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

  @Test func containerdOfAnotherVersion() throws {
    var request = try Given.request()
    request.containerdVersion = .v1
    let plan = try SetupPlan(for: .containerd, request)
    #expect(throws: SetupError.self) { try plan.change("/etc/containerd/config.toml", of: "version = 3\n") }
  }

  @Test func containerd2ReadsTheOlderForm() throws {
    var request = try Given.request()
    request.containerdVersion = .v2
    let plan = try SetupPlan(for: .containerd, request)
    let expected =
      Self.debian + "\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n"
    try expectMerge(plan, "/etc/containerd/config.toml", Self.debian, becomes: expected)
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
        mirrors = ["mirror.example:5000/docker.io", "old.example"]
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
      # private
      configs:
        registry.example:
          auth: {username: "007", password: 'yes'}
      mirrors:
        docker.io: {endpoint: ["http://mirror.example:5000", "https://old.example"], rewrite: {"^a/(.*)": "b/$1"}}
        registry.example: {}
      """
    let plan = try SetupPlan(for: .k3s, Given.request(["docker.io"]))
    try expectMerge(plan, "/etc/rancher/k3s/registries.yaml", existing, becomes: expected)
  }

  @Test(
    arguments: [
      (
        "mirrors:\n  docker.io:\n    endpoint:\n    # the old one\n    - https://old.example # slow\n\n  # next\n  quay.io:\n",
        "mirrors:\n  docker.io:\n    endpoint:\n    # the old one\n    - \"http://mirror.example:5000\"\n"
          + "    - https://old.example # slow\n\n  # next\n  quay.io:\n"
      ),
      (
        "mirrors:\n    ghcr.io:\n        endpoint: [a]\n    # last\n\n# private\nconfigs: {}\n",
        "mirrors:\n    ghcr.io:\n        endpoint: [a]\n    \"docker.io\":\n      endpoint:\n        - \"http://mirror.example:5000\"\n"
          + "    # last\n\n# private\nconfigs: {}\n"
      ),
      (
        "mirrors:\n# nothing yet\n",
        "mirrors:\n  \"docker.io\":\n    endpoint:\n      - \"http://mirror.example:5000\"\n# nothing yet\n"
      ),
      (
        "# only words\n",
        "# only words\nmirrors:\n  \"docker.io\":\n    endpoint:\n      - \"http://mirror.example:5000\"\n"
      ),
      (
        "mirrors: {docker.io: {endpoint: []}}\n",
        "mirrors: {docker.io: {endpoint: [\"http://mirror.example:5000\"]}}\n"
      ),
      ("mirrors: {}\n", "mirrors: {\"docker.io\": {endpoint: [\"http://mirror.example:5000\"]}}\n"),
      (
        "configs:\n  a:\n    auth:\n      password: |\n        mirrors:\n\n        x\nmirrors:\n  docker.io:\n    endpoint:\n",
        "configs:\n  a:\n    auth:\n      password: |\n        mirrors:\n\n        x\nmirrors:\n  docker.io:\n    endpoint:\n"
          + "      - \"http://mirror.example:5000\"\n"
      ),
    ]
  )
  func registriesYAMLKeepsItsLines(existing: String, expected: String) throws {
    let plan = try SetupPlan(for: .k3s, Given.request(["docker.io"]))
    try expectMerge(plan, "/etc/rancher/k3s/registries.yaml", existing, becomes: expected)
  }

  @Test func anAuthorityTakesThePlaceOfAnother() throws {
    let plan = try SetupPlan(for: .k3s, Given.privateAuthority(["docker.io"]))
    let existing = """
      configs:
        mirror.example:
          tls:
            ca_file: '/old.pem' # of last year
      mirrors:
        docker.io: {endpoint: ["https://mirror.example"]}

      """
    let expected = existing.replacing("'/old.pem'", with: "\"/etc/rancher/k3s/berth-ca.pem\"")
    try expectMerge(plan, "/etc/rancher/k3s/registries.yaml", existing, becomes: expected)
  }

  @Test(
    arguments: [
      (
        "mirrors = [ 'old.example', # slow\n  \"older.example\" ]",
        "mirrors = [\"mirror.example:5000/docker.io\",  'old.example', # slow\n  \"older.example\" ]"
      ),
      ("mirrors = [\n  \"old.example\",\n]", "mirrors = [\"mirror.example:5000/docker.io\",\n  \"old.example\",\n]"),
      ("mirrors = []", "mirrors = [\"mirror.example:5000/docker.io\"]"),
    ]
  )
  func buildkitMirrorsStayBehindOurs(existing: String, expected: String) throws {
    let plan = try SetupPlan(for: .buildkit, Given.request(["docker.io"]))
    let rest = "\n\n[registry.\"mirror.example:5000\"]\n  http = true\n"
    let table = "[registry.\"docker.io\"]\n"
    try expectMerge(plan, "/etc/buildkit/buildkitd.toml", table + existing + "\n", becomes: table + expected + rest)
  }

  @Test(arguments: ["mirrors = \"old.example\"", "mirrors = [1]", "mirrors = [[\"a\"]]"])
  func buildkitMirrorsThatAreNoList(existing: String) throws {
    let plan = try SetupPlan(for: .buildkit, Given.request(["docker.io"]))
    #expect(throws: SetupError.self) {
      try plan.change("/etc/buildkit/buildkitd.toml", of: "[registry.\"docker.io\"]\n\(existing)\n")
    }
  }

  @Test(arguments: [
    "- a\n", "a: &x 1\nb: *x\n", "a: [", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", "mirrors: x\n",
    "mirrors:\n  docker.io: [a]\n",
  ])
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
