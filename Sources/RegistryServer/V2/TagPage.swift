import OCI

/// One page of a sorted list of tags.
struct TagPage: Equatable {
  /// What to ask for to get the page after this one.
  struct Next: Equatable {
    var limit: Int
    var last: Tag
  }

  var tags: [Tag]
  var next: Next?

  /// - Parameters:
  ///   - all: sorted bytewise.
  ///   - limit: at most so many; nil for all, 0 for none, and then no next page either.
  ///   - last: only tags after this one, which need not be among them.
  ///   - maxSize: the largest page that may be asked for.
  init(_ all: [Tag], limit: Int?, last: String?, maxSize: Int) {
    let start = last.map { last in all.firstIndex { $0.description > last } ?? all.endIndex } ?? all.startIndex
    let rest = all[start...]
    guard let limit else {
      tags = Array(rest)
      return
    }
    let size = min(limit, maxSize)
    tags = Array(rest.prefix(size))
    if rest.count > size, let last = tags.last { next = Next(limit: size, last: last) }
  }
}
