import Access
import NIOHTTP1
import OCI
import PullThrough
import Testing

@testable import RegistryAPI

/// Every decision of the gate, as two tables: what a route needs, and what comes of it for each caller.
@Suite struct AccessGateTests {
  /// `-`: no such verb, 405 for whoever may read.
  static let needs = """
    operation  owner    GET   HEAD  POST  PUT   PATCH DELETE OPTIONS
    manifest   proxied  pull  pull  -     -     -     -      -
    manifest   hosted   pull  pull  -     push  -     delete -
    blob       proxied  pull  pull  -     -     -     -      -
    blob       hosted   pull  pull  -     -     -     delete -
    tags       proxied  pull  pull  -     -     -     -      -
    tags       hosted   pull  pull  -     -     -     -      -
    referrers  proxied  pull  pull  -     -     -     -      -
    referrers  hosted   pull  pull  -     -     -     -      -
    upload     proxied  pull  pull  -     -     -     -      -
    upload     hosted   push  -     push  push  push  push   -
    """

  /// The columns: what is needed, and what the policy gives. `scope` and `token` are challenges with an error.
  static let outcomes = """
    listener caller                pull:none  pull:pull  push:none  push:pull  push:all   none:none  none:pull  none:all
    registry everyone              200        200        200        200        200        405        405        405
    registry anonymous             401        200        401        401        200        401        405        405
    registry anonymous+pull        401scope   200        401scope   401scope   401scope   401scope   405        405
    registry anonymous+nothing     401scope   401scope   401scope   401scope   401scope   401scope   401scope   401scope
    registry named                 404        200        404        403        200        404        405        405
    registry named+pull            404        200        401scope   401scope   401scope   404        405        405
    registry named+all             404        200        404        403        200        404        405        405
    registry named+nothing         401scope   401scope   401scope   401scope   401scope   401scope   401scope   401scope
    registry wrong password        401        401        401        401        401        401        401        401
    registry invalid token         401token   401token   401token   401token   401token   401token   401token   401token
    registry limited               429        429        429        429        429        429        429        429
    mirror   everyone              200        200        200        200        200        405        405        405
    mirror   anonymous             404        200        405        405        405        405        405        405
    mirror   anonymous+pull        404        200        405        405        405        405        405        405
    mirror   anonymous+nothing     404        200        405        405        405        405        405        405
    mirror   named                 404        200        405        405        405        405        405        405
    mirror   named+pull            404        200        405        405        405        405        405        405
    mirror   named+all             404        200        405        405        405        405        405        405
    mirror   named+nothing         404        200        405        405        405        405        405        405
    mirror   wrong password        404        200        405        405        405        405        405        405
    mirror   invalid token         404        200        405        405        405        405        405        405
    mirror   limited               404        200        405        405        405        405        405        405
    """

  @Test func whatRoutesNeed() throws {
    let digest = Digest.of("x".utf8)
    let operations: [(String, RepositoryOperation)] = [
      ("manifest", .manifest(.digest(digest))), ("blob", .blob(digest)), ("tags", .tags()),
      ("referrers", .referrers(digest)), ("upload", .upload),
    ]
    let verbs: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS]
    var rows = [Self.row(["operation", "owner"], [11, 9]) + Self.row(verbs.map(\.rawValue), [6, 6, 6, 6, 6, 7, 8])]
    for (name, operation) in operations {
      for owner in NameOwner.allCases {
        let cells = verbs.map { operation.neededAccess(by: $0, of: owner)?.description ?? "-" }
        rows.append(Self.row([name, "\(owner)"], [11, 9]) + Self.row(cells, [6, 6, 6, 6, 6, 7, 8]))
      }
    }
    Self.expect(rows, Self.needs)
  }

  @Test func whatComesOfThem() {
    let callers: [(String, AccessGate.Caller)] = [
      ("everyone", .everyone), ("anonymous", .anonymous(scoped: nil)), ("anonymous+pull", .anonymous(scoped: .pull)),
      ("anonymous+nothing", .anonymous(scoped: [])), ("named", .named(scoped: nil)),
      ("named+pull", .named(scoped: .pull)), ("named+all", .named(scoped: .all)), ("named+nothing", .named(scoped: [])),
      ("wrong password", .wrongCredential), ("invalid token", .invalidToken),
      ("limited", .limited(retryAfterSeconds: 6)),
    ]
    let columns: [(String, Actions?, Actions)] = [
      ("pull:none", .pull, []), ("pull:pull", .pull, .pull), ("push:none", .push, []), ("push:pull", .push, .pull),
      ("push:all", .push, .all), ("none:none", nil, []), ("none:pull", nil, .pull), ("none:all", nil, .all),
    ]
    let widths = [9, 22] + columns.map { _ in 11 }
    var rows = [Self.row(["listener", "caller"] + columns.map(\.0), widths)]
    for listener in ListenerKind.allCases {
      for (name, caller) in callers {
        let cells = columns.map { column in
          Self.text(AccessGate.outcome(needing: column.1, at: listener, for: caller, with: column.2))
        }
        rows.append(Self.row(["\(listener)", name] + cells, widths))
      }
    }
    Self.expect(rows, Self.outcomes)
  }

  private static func text(_ outcome: AccessGate.Outcome) -> String {
    switch outcome {
    case .admitted: "200"
    case .challenged(nil): "401"
    case .challenged(.insufficientScope): "401scope"
    case .challenged(.invalidToken): "401token"
    case .denied: "403"
    case .hidden: "404"
    case .methodNotAllowed: "405"
    case .limited: "429"
    }
  }

  private static func row(_ cells: [String], _ widths: [Int]) -> String {
    zip(cells, widths).map { $0 + String(repeating: " ", count: max(1, $1 - $0.count)) }.joined()
  }

  private static func expect(_ rows: [String], _ table: String) {
    let made = rows.map { $0.reversed().drop { $0 == " " }.reversed() }.map { String($0) }
    let expected = table.split(separator: "\n").map(String.init)
    #expect(made == expected, "\n\(made.joined(separator: "\n"))")
  }
}
