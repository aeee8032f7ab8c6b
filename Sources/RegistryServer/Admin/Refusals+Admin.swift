import NIOHTTP1

extension Refusals {
  /// As the admin API's errors.
  static let admin = Refusals(
    overloaded: AdminError.reply(
      .serviceUnavailable,
      "as many orders wait as may; health and metrics are answered",
      extra: [("Retry-After", "5")]
    )
  ) { seconds in
    AdminError.reply(.tooManyRequests, "too many requests", extra: [("Retry-After", "\(seconds)")])
  }
}
