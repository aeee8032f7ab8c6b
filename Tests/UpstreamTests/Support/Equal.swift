import Testing

/// Expects two values to be equal, of which the first may come of a change.
func equal<Value: Equatable>(_ value: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(value == expected, sourceLocation: sourceLocation)
}
