import OCI
import Testing

@testable import Upstream

@Suite("What an endpoint is known to want")
struct ChallengeMemoryTests {
  private func demand(_ header: String) throws -> TokenChallenge {
    try #require(AuthChallenge.parse([header]).lazy.compactMap(TokenChallenge.init).first)
  }

  private func predicted(_ header: String, knownFor known: String, for other: String) throws -> [String] {
    var memory = ChallengeMemory(capacity: 10)
    memory.learn(.token(try demand(header)), for: Sample.name(known))
    guard case .token(let token)? = memory.demand(for: Sample.name(other)) else { return [] }
    return token.scopes(for: Sample.name(other))
  }

  @Test("Nothing is known at first")
  func empty() { #expect(ChallengeMemory(capacity: 1).demand(for: Sample.name("a")) == nil) }

  @Test("A repository never asked for is judged by another one, with its name in the scope")
  func predicts() throws {
    let hub =
      #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull""#
    #expect(
      try predicted(hub, knownFor: "library/alpine", for: "library/busybox") == ["repository:library/busybox:pull"]
    )
    #expect(try predicted(hub, knownFor: "library/alpine", for: "library/alpine") == ["repository:library/alpine:pull"])
  }

  @Test("Actions are kept; a scope without one becomes leave to pull; any other stays as it stands")
  func scopes() throws {
    let nvidia = #"Bearer realm="https://nvcr.io/proxy_auth",scope="repository:nvidia/cuda:pull,push""#
    #expect(try predicted(nvidia, knownFor: "nvidia/cuda", for: "nvidia/k8s") == ["repository:nvidia/k8s:pull,push"])
    let empty = #"Bearer realm="https://nvcr.io/proxy_auth",scope="""#
    #expect(try predicted(empty, knownFor: "nvidia/cuda", for: "nvidia/k8s") == ["repository:nvidia/k8s:pull"])
    let aws = #"Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws""#
    #expect(try predicted(aws, knownFor: "a/b", for: "c/d") == ["aws"])
    let foreign = #"Bearer realm="https://a/",scope="repository:other:pull registry:catalog:*""#
    #expect(try predicted(foreign, knownFor: "a", for: "b") == ["repository:other:pull", "registry:catalog:*"])
  }

  @Test("What is known of the repository itself counts more")
  func own() throws {
    var memory = ChallengeMemory(capacity: 10)
    memory.learn(.token(try demand(#"Bearer realm="https://a/1""#)), for: Sample.name("one"))
    memory.learn(.basic, for: Sample.name("two"))
    #expect(memory.demand(for: Sample.name("one")) == .token(try demand(#"Bearer realm="https://a/1""#)))
    #expect(memory.demand(for: Sample.name("three")) == .basic)
  }

  @Test(
    "What /v2/ asks for in general is the same as what is asked for the repository",
    arguments: [
      (#"realm="https://a/1""#, #"realm="https://a/1",scope="repository:one:pull""#, true),
      (#"realm="https://a/1",scope="repository:one:pull""#, #"realm="https://a/1""#, true),
      (#"realm="https://a/1""#, #"realm="https://a/2""#, false),
      (#"realm="https://a/1",service="s""#, #"realm="https://a/1""#, false),
      (#"realm="https://a/1""#, #"realm="https://a/1",scope="repository:one:pull,push""#, false),
    ]
  )
  func sameQuestion(first: String, second: String, isSame: Bool) throws {
    let (first, second) = (try demand("Bearer \(first)"), try demand("Bearer \(second)"))
    let known = ChallengeMemory.Demand.token(first)
    #expect(known.isMet(like: .token(second), for: Sample.name("one")) == isSame)
    #expect(!known.isMet(like: .basic, for: Sample.name("one")))
    #expect(ChallengeMemory.Demand.basic.isMet(like: .basic, for: Sample.name("one")))
  }

  @Test("Memory is bounded")
  func bounded() {
    var memory = ChallengeMemory(capacity: 2)
    for name in ["a", "b", "c"] { memory.learn(.basic, for: Sample.name(name)) }
    #expect(memory.demand(for: Sample.name("a")) == .basic)
  }

  @Test(
    "A realm that is no URL is no demand",
    arguments: [#"Bearer realm="auth""#, "Bearer", #"Basic realm="https://a""#]
  )
  func noDemand(header: String) {
    #expect(AuthChallenge.parse([header]).compactMap(TokenChallenge.init).isEmpty)
  }
}
