package import BlockingIO

/// Where clients' bodies wait for the disk.
package struct BodyLanes: Sendable {
  /// Those that are read, to be encrypted. Measured: with more lanes than processors nothing comes faster from the disk,
  /// and whoever asks for what is in memory waits longer for a processor.
  package let reading: LanePool
  /// Those that are sent from the file. That takes a processor each, of which small answers need some.
  package let sending: LanePool

  init(processors: Int) {
    reading = LanePool(count: max(2, processors))
    sending = LanePool(count: max(1, processors / 2))
  }
}
