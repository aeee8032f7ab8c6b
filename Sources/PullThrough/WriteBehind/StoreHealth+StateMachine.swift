import Store

extension StoreHealth {
  /// Whether what is fetched is kept, judged by what became of it. Pure: no I/O, no clock.
  ///
  /// | state   | on a refusal by the store       | when something was kept, or the store was tried and is well |
  /// |---------|---------------------------------|-------------------------------------------------------------|
  /// | well    | tell it, and try now and then   | –                                                           |
  /// | trouble | remember the latest reason      | tell that it is over                                        |
  struct StateMachine {
    /// What follows from something that happened.
    enum Action: Equatable {
      case none
      /// An operator should know, once; from now on the store is tried now and then.
      case tellTrouble
      /// An operator should know that it is over.
      case tellRecovery
    }

    /// Why nothing is kept; nil while all is well.
    private(set) var trouble: StoreError?

    /// Content was not kept. Content that is too large for the store says nothing of the store.
    mutating func refused(_ error: StoreError) -> Action {
      if WriteFailureReason(error) == .tooLarge { return .none }
      defer { trouble = error }
      return trouble == nil ? .tellTrouble : .none
    }

    /// Something was kept.
    mutating func kept() -> Action {
      defer { trouble = nil }
      return trouble == nil ? .none : .tellRecovery
    }
  }
}
