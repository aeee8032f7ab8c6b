/// The version of this build.
enum BerthVersion {
  static let current = "0.1.0"
}
