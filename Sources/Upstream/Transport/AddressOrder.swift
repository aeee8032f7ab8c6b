/// In which order a name's addresses are tried (RFC 8305 §4). Pure.
enum AddressOrder {
  /// The one that worked lately, then families in turn, each in the order that the system prefers, and of whose liking
  /// the first one is.
  static func sorted(_ addresses: [IPAddress], good: IPAddress?, limit: Int) -> [IPAddress] {
    guard let first = addresses.first else { return [] }
    var (liked, others) = (ArraySlice(addresses.filter { $0.bitCount == first.bitCount }), ArraySlice<IPAddress>())
    others = ArraySlice(addresses.filter { $0.bitCount != first.bitCount })
    var order: [IPAddress] = []
    while !liked.isEmpty || !others.isEmpty {
      if let next = liked.popFirst() { order.append(next) }
      if let next = others.popFirst() { order.append(next) }
    }
    if let good, let place = order.firstIndex(of: good) { order.insert(order.remove(at: place), at: 0) }
    return Array(order.prefix(limit))
  }
}
