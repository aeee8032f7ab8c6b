extension Action {
  /// The parts of an answer that a rule takes into its hands. Of two rules for one part, the earlier one has it.
  enum Aspect: CaseIterable {
    case answer, head, headers, framing, content, waitBeforeHead, waitBeforeBody, pace, stall, cut, range, accept
  }

  /// The parts that this action is about.
  var aspects: Set<Aspect> {
    var aspects: Set<Aspect> = []
    func note(_ aspect: Aspect, if isSet: Bool) {
      if isSet { aspects.insert(aspect) }
    }
    note(.answer, if: status != nil || body != nil || endless != nil || redirect != nil)
    note(.head, if: giantHeader != nil || extraHeaders != nil || informational != nil || statusLine != nil)
    note(.headers, if: headers != nil)
    note(.framing, if: framing != nil || lengthError != nil || close != nil)
    note(.content, if: serve != nil || gzip != nil || flipByte != nil || extraBytes != nil)
    note(.waitBeforeHead, if: hold != nil || delay != nil)
    note(.waitBeforeBody, if: bodyHold != nil || bodyDelay != nil)
    note(.pace, if: throttle != nil)
    note(.stall, if: stall != nil)
    note(.cut, if: cut != nil)
    note(.range, if: ignoreRange != nil || shiftRange != nil)
    note(.accept, if: accept != nil)
    return aspects
  }

  /// Takes over what `other` sets; the two are about different aspects.
  mutating func add(_ other: Action) {
    hold = hold ?? other.hold
    delay = delay ?? other.delay
    bodyHold = bodyHold ?? other.bodyHold
    bodyDelay = bodyDelay ?? other.bodyDelay
    status = status ?? other.status
    body = body ?? other.body
    endless = endless ?? other.endless
    redirect = redirect ?? other.redirect
    serve = serve ?? other.serve
    accept = accept ?? other.accept
    ignoreRange = ignoreRange ?? other.ignoreRange
    shiftRange = shiftRange ?? other.shiftRange
    headers = headers ?? other.headers
    giantHeader = giantHeader ?? other.giantHeader
    extraHeaders = extraHeaders ?? other.extraHeaders
    informational = informational ?? other.informational
    statusLine = statusLine ?? other.statusLine
    framing = framing ?? other.framing
    lengthError = lengthError ?? other.lengthError
    gzip = gzip ?? other.gzip
    flipByte = flipByte ?? other.flipByte
    extraBytes = extraBytes ?? other.extraBytes
    throttle = throttle ?? other.throttle
    stall = stall ?? other.stall
    cut = cut ?? other.cut
    close = close ?? other.close
  }
}
