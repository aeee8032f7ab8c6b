import OCI

extension FuzzTarget {
  /// Header fields of both sides.
  static let fields = [
    text("range") { text in
      for size in [0, 1, 1_000, 1 << 40, Int64.max] {
        let ranges: [Range<Int64>] =
          switch RangeRequest(header: text).resolve(size: size) {
          case .partial(let range): [range]
          case .several(let ranges): ranges
          case .whole, .unsatisfiable, .tooMany: []
          }
        for range in ranges {
          try promise(range.lowerBound >= 0 && range.upperBound <= size && !range.isEmpty, "\(range) lies in \(size)")
        }
        let sum = ranges.reduce(Int64(0)) { $0.saturatingSum(Int64($1.count)) }
        try promise(sum <= size, "\(ranges) are no more than the whole")
      }
    },
    text("content-range") { text in
      guard let field = ContentRange(parsing: text) else { return }
      try promise(ContentRange(parsing: field.description) == field, "it reads back")
      try promise(field.range.upperBound <= field.total ?? .max, "it lies in the whole")
    },
    text("challenge") { text in
      let once = AuthChallenge.parse([text])
      try promise(AuthChallenge.parse([text, text]).count == 2 * once.count, "fields are read one by one")
    },
    text("link") { text in
      try promise(LinkHeader.next(in: [text, text]) == LinkHeader.next(in: [text]), "the first counts")
    },
    text("retry-after") { text in
      for now in [0, 1_700_000_000, Int64.max, .min] {
        guard let wait = RetryAfter.parse(text, now: now, ceiling: .seconds(60)) else { continue }
        try promise((.zero ... .seconds(60)).contains(wait), "\(wait) is within the ceiling")
      }
    },
    text("date") { text in
      guard let seconds = HTTPDate.parse(text) else { return }
      try promise(seconds >= 0, "\(seconds) is not before 1970")
      let again = HTTPDate.parse(HTTPDate.format(seconds))
      try promise(again == min(seconds, 253_402_300_799), "it reads back")
    },
    text("entity-tag") { text in
      let digest = Digest.of([])
      try promise(
        EntityTag.ifNoneMatch([text], names: digest) || !EntityTag.ifRange(text, names: digest),
        "what a range may rest on matches"
      )
      try promise(WarningHeader(text).description.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "it is printable")
    },
  ]
}
