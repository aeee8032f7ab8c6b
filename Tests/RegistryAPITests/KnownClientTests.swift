import Access
import OCI
import Testing

@testable import RegistryAPI

/// How long a connection's next request is who the last one was.
@Suite struct KnownClientTests {
  typealias Fields = (authorization: String?, machineToken: String?)

  private func identity(until end: Int64?) -> Identity {
    let name = Identity.anonymous
    return Identity(subject: name.subject, credential: name.credential, scopes: [], endsAt: end)
  }

  @Test func theSameFieldsUnderTheSamePolicy() {
    let known = KnownClient(identity(until: nil), showing: ("Bearer x", nil), at: 1, 1_000)
    #expect(known.fits(("Bearer x", nil), at: 1, 1_000))
    #expect(known.fits(("Bearer x", nil), at: 1, 1_059))
    #expect(!known.fits(("Bearer x", nil), at: 1, 1_060), "not for ever")
    #expect(!known.fits(("Bearer x", nil), at: 2, 1_000), "another policy")
    let others: [Fields] = [("Bearer y", nil), (nil, nil), ("Bearer x", "berth_x"), (nil, "Bearer x")]
    for other in others { #expect(!known.fits(other, at: 1, 1_000)) }
  }

  @Test func noLongerThanTheCredential() {
    let known = KnownClient(identity(until: 1_010), showing: (nil, "berth_x"), at: 1, 1_000)
    #expect(known.fits((nil, "berth_x"), at: 1, 1_009))
    #expect(!known.fits((nil, "berth_x"), at: 1, 1_010))
  }
}
