import OCI

@testable import Store

extension FuzzTarget {
  /// What the index and the store's directory hold: another program, or a bad disk, may have written it.
  static let records = [
    FuzzTarget("record") { bytes in
      try reads(ContentRecord.self, bytes)
      try reads(GrantRecord.self, bytes)
      try reads(TagRow.self, bytes)
      try reads(TagMove.self, bytes)
      if let referrer = bytes.withUnsafeBytes({ Referrer(stored: $0) }) {
        try promise(referrer.stored.withUnsafeBytes { Referrer(stored: $0) } == referrer, "it reads back")
      }
      try reads(PinRecord.self, bytes)
      try reads(PinnedContent.self, bytes)
      try reads(StoreTotals.self, bytes)
    },
    text("staging-name") { text in
      guard let name = StagingName(parsing: text) else { return }
      try promise(StagingName(parsing: name.text)?.text == name.text, "it reads back")
    },
    events("received-ranges") { events in
      var (ranges, model) = (ReceivedRanges(), Set<Int64>())
      while !events.isAtEnd {
        let start = Int64(events.next(below: 64))
        let range = start..<(start + Int64(events.next(below: 32)))
        ranges.insert(range)
        model.formUnion(range)
        try promise(ranges.total == Int64(model.count), "as many bytes as were inserted")
        let gaps = ranges.gaps(in: 0..<100).flatMap(Array.init)
        try promise(Set(gaps) == Set(0..<100).subtracting(model), "the gaps are what is missing")
        let end = (start..<200).first { !model.contains($0) } ?? 200
        try promise(ranges.contiguousEnd(from: start) == end, "bytes in a row end at \(end)")
      }
    },
    events("room") { events in
      var budget = SpaceLimits(StoreCapacity(), fileSystemBytes: .max)
      budget.capacity = events.any()
      var space = SpaceBudget(budget)
      space.held = StoreTotals(bytes: max(0, events.any()), count: 1)
      while !events.isAtEnd {
        let bytes = max(0, events.any())
        if events.next(below: 2) == 0 {
          let before = space.reserved
          guard space.reserve(bytes, already: max(0, events.any())) == .granted else { continue }
          try promise(space.reserved >= before, "a reservation takes room")
          try promise(space.held.bytes.saturatingSum(space.reserved) <= budget.capacity, "what is granted fits")
        } else {
          space.release(bytes)
          try promise(space.reserved >= 0, "no more is given back than was taken")
        }
        _ = (space.available, space.excess)
      }
    },
  ]
}

private func reads<Record: IndexRecord>(_: Record.Type, _ bytes: [UInt8]) throws {
  guard let record = bytes.withUnsafeBytes({ Record(record: $0) }) else { return }
  let written = record.record
  let again = written.withUnsafeBytes { Record(record: $0) }?.record
  try promise(again == written, "a record of \(Record.self) reads back")
}
