/// Every bound that Berth puts on what comes from outside: sizes, counts and waits.
///
/// One value, made at start-up and handed down, so that no limit hides in a corner of the code. Sizes are bytes.
public struct Limits: Sendable, Equatable {
  // MARK: Documents

  /// Largest manifest or index taken from an upstream or a client. The specification asks for at least 4 MiB.
  public var maxManifestBytes = 8 << 20
  /// Deepest nesting of a JSON document that Berth acts upon.
  public var maxJSONDepth = 64
  /// Longest member name in such a document.
  public var maxJSONNameBytes = 512
  /// Most values in such a document, containers included: as many as an index of the largest size has.
  public var maxJSONValues = 500_000
  /// Largest error body read from an upstream before the rest is dropped.
  public var maxErrorBodyBytes = 64 << 10
  /// Largest answer of a token service.
  public var maxTokenBodyBytes = 64 << 10
  /// Most bytes of names in one repository's list of tags, each name reckoned with 16 more.
  public var maxTagNameBytes = 32 << 20
  /// Most bytes read of one list of tags, all pages together. Some registries send a description of each manifest along,
  /// of which nothing is kept.
  public var maxTagListBytes: Int64 = 512 << 20
  /// Largest list of referrers, all pages together.
  public var maxReferrersBytes = 16 << 20
  /// Most pages followed in one list, of tags or of referrers: a million tags where a registry gives 50 a page.
  public var maxListPages = 20_000
  /// Longest time in which one list is fetched, all pages together.
  public var listTimeout: Duration = .seconds(600)
  /// What a page of a list of tags is asked to hold, largest first: some registries refuse a number above their own.
  public var tagPageSizes = [1_000, 100]

  // MARK: Upstream responses

  /// Most redirects followed for one request.
  public var maxRedirects = 5
  /// Longest wait that an upstream's `Retry-After` can ask for; a longer one is read as this.
  public var maxRetryAfter: Duration = .seconds(6 * 3_600)
  /// How long the head of an answer with a blob is waited for when clients have been told to ask again: some upstreams
  /// fetch or scan the whole before they answer.
  public var longestHeadWait: Duration = .seconds(120)
  /// Largest blob taken from an upstream.
  public var maxBlobBytes: Int64 = 1 << 40
  /// Largest header block of an upstream's answer: all names and values together.
  public var maxResponseHeaderBytes = 64 << 10
  /// Most header fields of an upstream's answer.
  public var maxResponseHeaderFields = 100
  /// Most informational (1xx) answers that may precede the real one.
  public var maxInformationalResponses = 8
  /// Most tokens kept for each endpoint of an upstream, and most repositories whose challenge is remembered.
  public var maxTokens = 4_096
  /// Most accounts of which an endpoint's limits are remembered.
  public var maxAccounts = 64
  /// Failures in a row, of as many different things, after which an endpoint is left alone; also failures of one thing
  /// after which that alone is not asked for.
  public var breakerThreshold = 5
  /// How long it is left alone then, at most; twice as long each time that it fails again, at least half of that.
  public var firstBreakerPause: Duration = .seconds(1)
  /// The longest such pause.
  public var longestBreakerPause: Duration = .seconds(30)
  /// Most things of each endpoint whose last failure is remembered.
  public var maxTroubledThings = 1_024
  /// Requests for manifests, lists and sizes that run at once at each upstream. Transfers of blobs have places of their own.
  public var maxConcurrentAsks = 256
  /// Those of them that are kept for repositories of which the upstream has shown something before.
  public var keptAsks = 64
  /// Such requests that wait for their turn, for each upstream; one more is refused, or one of whoever has most.
  public var maxWaitingAsks = 2_048
  /// How long one waits for its turn before it is refused.
  public var maxAskWait: Duration = .seconds(5)
  /// Repositories of each upstream that are remembered to have shown something.
  public var maxProvenRepositories = 4_096
  /// Names that are being looked up at once; each takes a thread until the system answers.
  public var maxNameLookUps = 16
  /// Names that wait for one of those threads; one more is refused.
  public var maxWaitingNameLookUps = 256
  /// Names whose addresses are remembered.
  public var maxResolvedNames = 1_024
  /// How long the addresses of a name are believed.
  public var nameLifetime: Duration = .seconds(60)
  /// How long it is believed that a name has none.
  public var missingNameLifetime: Duration = .seconds(3)
  /// Most addresses of one name that are tried.
  public var maxAddressesPerName = 32
  /// How long one address of a name is tried before the next one is tried beside it (RFC 8305 §5).
  public var connectionAttemptDelay: Duration = .milliseconds(250)
  /// How long an address of a name that could be connected to is taken first.
  public var goodAddressLifetime: Duration = .seconds(600)
  /// Until an upstream is asked for manifests again when it has no pulls left and does not say until when.
  public var pullLimitPause: Duration = .seconds(60)
  /// The pause after a 429 that does not say how long it lasts; doubled each time.
  public var firstRequestLimitPause: Duration = .seconds(1)
  /// The longest such pause.
  public var longestRequestLimitPause: Duration = .seconds(60)
  /// The pause after a 429 that asks for a shorter one; doubled each time.
  public var leastLimitPause: Duration = .milliseconds(100)
  /// How long others go before an account that was refused.
  public var refusedAccountPause: Duration = .seconds(60)
  /// The pauses after which a token is shown again that was refused as invalid although it had just been given: a registry
  /// whose clock is behind its token service's takes it a moment later.
  public var youngTokenPauses: [Duration] = [
    .milliseconds(100), .milliseconds(300), .milliseconds(600), .milliseconds(1_200), .milliseconds(2_400),
  ]
  /// Largest credential file (password, docker `config.json`) that is read.
  public var maxCredentialFileBytes = 1 << 20
  /// Most that a credential helper may print.
  public var maxCredentialHelperBytes = 64 << 10
  /// Longest run of a credential helper; it is killed then.
  public var credentialHelperTimeout: Duration = .seconds(10)

  // MARK: Requests from clients

  /// Largest header block of a request, request line included. Clients that read parts of a blob send up to a thousand
  /// ranges in one field.
  public var maxRequestHeaderBytes = 64 << 10
  /// Largest part of it that is not its `Range` field.
  public var maxRequestFieldBytes = 16 << 10
  /// Header blocks of which more than that may be arriving at once, all connections together.
  public var maxLargeRequestHeaders = 256
  /// Bytes of further requests that are kept while a connection's request is answered. A client that has sent more and then
  /// closed its side gets no answer to what lies behind.
  public var maxPipelinedBytes = 64 << 10
  /// Most bytes that are taken from a connection's socket at once, on listeners whose requests have no bodies.
  public var requestReadBytes = 16 << 10
  /// Most header fields of a request.
  public var maxRequestHeaderFields = 100
  /// Longest request target.
  public var maxRequestTargetBytes = 4 << 10
  /// Largest page of a tag list that a client may ask for.
  public var maxTagsPageSize = 1_000
  /// Most connections served at once, all listeners together; fewer where the process may not have the descriptors.
  public var maxConnections = 10_000
  /// Places among them that requests which wait for something may not take: they are kept for what can be answered at once.
  public var reservedConnections = 500
  /// Most connections of one client address, an IPv6 network of 64 bits counting as one; nil for as many as there are.
  public var maxConnectionsPerClient: Int?
  /// Most requests a second of one client address; nil for as many as it likes.
  public var requestsPerSecondPerClient: Int?
  /// Most client addresses whose requests are counted at once.
  public var maxCountedClients = 65_536
  /// Time from accept, or from the end of the last response, to a complete request header.
  public var requestHeaderTimeout: Duration = .seconds(10)
  /// Time that a keep-alive connection may stay without a request.
  public var idleTimeout: Duration = .seconds(60)
  /// Longest time in which a client that is being sent an answer acknowledges not one byte of it.
  public var sendProgressTimeout: Duration = .seconds(60)
  /// How long a client may acknowledge nothing before it is among the first to go when places are short.
  public var stalledConnectionTime: Duration = .seconds(5)
  /// How long a client whose request was refused unread may take to see why and close.
  public var lingeringTime: Duration = .seconds(2)
  /// Most bytes that are read and dropped meanwhile.
  public var maxLingeringBytes = 4 << 20

  /// Most connections to the admin listener.
  public var maxAdminConnections = 100
  /// Places among them that orders which wait for something may not take: they are kept for health and metrics.
  public var reservedAdminConnections = 20
  /// Largest body of an order to the admin listener.
  public var maxAdminBodyBytes = 1 << 20
  /// Bytes handed to the kernel at once for one connection; between two pieces other connections get their turn.
  public var sendfilePieceBytes: Int64 = 1 << 20
  /// Bytes read and encrypted at once for one connection.
  public var tlsPieceBytes: Int64 = 512 << 10

  // MARK: Downloads

  /// Bytes received from an upstream that may wait for the disk, for each download.
  public var downloadWindowBytes = 8 << 20
  /// Longest blob that is received into memory as a whole, and written to disk at once.
  public var maxInMemoryBlobBytes: Int64 = 32 << 10
  /// Bytes of manifests, of what they say, and of small blobs that clients have been answered with before the disk has them,
  /// all together; beyond that the next requests wait for the disk.
  public var pendingWriteBytes = 16 << 20
  /// How long small content that clients have been answered with waits for more of its kind before it is written.
  public var gatheringTime: Duration = .milliseconds(100)
  /// Small contents that are written at once.
  public var maxGroupedContents = 256
  /// Bytes of content that cannot be kept that may wait, in memory, for its slowest follower; for each download.
  public var passingWindowBytes = 8 << 20
  /// Downloads running at once, all upstreams together.
  public var maxConcurrentDownloads = 32
  /// Downloads waiting for a place; one more is refused.
  public var maxWaitingDownloads = 10_000
  /// How long a download may wait for a place; it is refused then.
  public var maxWaitForPlace: Duration = .seconds(600)
  /// The most that one content may take of the store's capacity, as a share of it; what is larger is not kept.
  public var largestContentShare = 0.5
  /// Bytes a second below which a transfer is slow: it takes a place of its upstream alone then, gives that to others that
  /// wait once nobody follows it, and another upstream that has the content is asked as well.
  public var leastTransferBytesPerSecond: Int64 = 32 << 10
  /// The time over which that is measured.
  public var transferSpeedWindow: Duration = .seconds(3)
  /// How long a client waits for a transfer from another upstream than its own to show that it is not slow.
  public var secondSourcePatience: Duration = .milliseconds(500)
  /// How long it is remembered that an upstream has no such blob, for those who ask while others wait for a place.
  public var negativeAnswerLifetime: Duration = .seconds(5)
  /// Most of such answers that are remembered.
  public var maxNegativeAnswers = 16_384
  /// The end of a body that no client gets before the whole is verified. A body shorter than that is withheld whole.
  public var withheldTailBytes: Int64 = 1 << 10
  /// Requests to an upstream for one blob at once: one, and more for clients that want bytes far ahead.
  public var maxSegmentsPerDownload = 8
  /// Requests for small parts of one blob at once, besides.
  public var maxExtraPartsPerDownload = 32
  /// How far ahead of what is arriving a client's wanted bytes may lie before they get a request of their own.
  public var aheadDistanceBytes: Int64 = 2 << 20
  /// Times in a row that a download is taken up again without having got a single new byte.
  public var maxFruitlessResumes = 5
  /// Pause before a download is taken up again; it doubles from one fruitless attempt to the next.
  public var firstResumePause: Duration = .milliseconds(100)
  /// The longest such pause.
  public var longestResumePause: Duration = .seconds(5)

  // MARK: Fetching ahead

  /// Most layers of one manifest that are fetched before a client asks for them.
  public var maxPrefetchedBlobs = 64
  /// Most bytes of them at once, by what the manifest says.
  public var maxPrefetchedBytes: Int64 = 4 << 30
  /// Most manifests whose layers are expected to be asked for.
  public var maxExpectedManifests = 256
  /// How long they are, from the moment at which a client was sent the manifest.
  public var expectationLifetime: Duration = .seconds(60)
  /// Contents fetched ahead that no client has asked for yet and that are remembered, to count what is of use.
  public var maxRememberedPrefetches = 4_096

  // MARK: Memory

  /// Manifests kept in memory for serving, all together.
  public var hotManifestBytes = 64 << 20
  /// Small blobs kept in memory for serving, all together.
  public var hotBlobBytes = 32 << 20
  /// The largest blob that is kept in memory; larger ones are sent by the kernel from their files.
  public var maxHotBlobBytes: Int64 = 32 << 10
  /// Request targets that are remembered with what they mean.
  public var maxRememberedTargets = 4_096
  /// The longest request target that is remembered, in bytes.
  public var maxRememberedTargetBytes = 512

  // MARK: Bundles

  /// Most entries of a tar that is read.
  public var maxTarEntries = 1_000_000
  /// Largest extension header in a tar: a long name, or pax records.
  public var maxTarExtensionBytes = 64 << 10
  /// Most zeros behind the end marker of a tar; writers fill up to a whole record.
  public var maxTarTrailerBytes: Int64 = 2 << 20
  /// Largest document that the admin listener takes as a request's body.
  public var maxAdminDocumentBytes = 32 << 20
  /// Bytes of a request's body that may wait for the disk.
  public var requestBodyWindowBytes = 2 << 20
  /// Longest time in which a client that is sending a body sends nothing of it.
  public var receiveProgressTimeout: Duration = .seconds(60)

  /// The defaults, as documented at each property.
  public init() {}
}
