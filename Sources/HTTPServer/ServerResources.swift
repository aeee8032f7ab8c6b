package import Logging
package import NIOCore
package import OCI

/// What all listeners of a process share: event loops, lanes, certificates, and how many large headers may arrive at once.
package final class ServerResources: Sendable {
  let group: any EventLoopGroup
  let limits: Limits
  let inherited: InheritedSockets
  let log: Logger
  let largeHeads: LargeHeads
  let turns = RequestTurns()
  /// Where bodies wait for the disk.
  package let lanes = BodyLanes(processors: System.coreCount)
  /// How far the event loops are behind.
  package let load: EventLoopLoad
  /// The listeners' certificates.
  package let identities = ListenerIdentities()

  /// - Parameter inherited: sockets that the service manager opened for the listeners to come.
  package init(group: any EventLoopGroup, limits: Limits, inherited: InheritedSockets, log: Logger) {
    (self.group, self.limits) = (group, limits)
    (self.inherited, self.log) = (inherited, log)
    load = EventLoopLoad(group)
    largeHeads = LargeHeads(maxCount: limits.maxLargeRequestHeaders)
  }
}
