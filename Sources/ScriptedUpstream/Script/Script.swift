/// The rules in force. Pure: what is decided depends on the rules and on the requests so far, on nothing else.
///
/// For a request, the rules are gone through in order. One that matches, has let pass as many as it skips, and is not
/// used up, is applied unless an earlier one has already taken an aspect of the answer that it is about; then it waits,
/// whole, for a later request. So rules about different things compose (redirect every blob; throttle the storage),
/// and rules about the same thing form a sequence (first 500, then 429, then as ever).
struct Script: Sendable {
  /// A rule with its use so far.
  struct Entry: Sendable {
    let id: Int
    let rule: Rule
    /// Matching requests, whether applied to or not.
    var matched = 0
    var applied = 0
  }

  private(set) var entries: [Entry] = []
  private var nextID = 1

  /// Adds a rule, after all others or, `first`, before them. Returns its id.
  mutating func append(_ rule: Rule, first: Bool = false) -> Int {
    let entry = Entry(id: nextID, rule: rule)
    nextID += 1
    entries.insert(entry, at: first ? 0 : entries.count)
    return entry.id
  }

  /// Takes one rule away; false if there is none of that id.
  mutating func remove(_ id: Int) -> Bool {
    let before = entries.count
    entries.removeAll { $0.id == id }
    return entries.count < before
  }

  mutating func removeAll() { entries = [] }

  /// What is to be done with a request, and by which rules; counts it.
  mutating func decide(_ request: IncomingRequest, isAuthenticated: Bool) -> (action: Action, rules: [Int]) {
    var action = Action()
    var taken: Set<Action.Aspect> = []
    var applied: [Int] = []
    for index in entries.indices {
      let rule = entries[index].rule
      guard rule.match.matches(request, isAuthenticated: isAuthenticated) else { continue }
      entries[index].matched += 1
      let aspects = rule.action.aspects
      guard entries[index].matched > rule.skip, rule.times.map({ entries[index].applied < $0 }) ?? true,
        taken.isDisjoint(with: aspects)
      else { continue }
      entries[index].applied += 1
      action.add(rule.action)
      taken.formUnion(aspects)
      applied.append(entries[index].id)
    }
    return (action, applied)
  }
}
