import ArgumentParser
import Bundle
import OCI

/// Brings a shipment into a running Berth, and says what that changes.
struct ShipmentImport {
  private let shipment: Shipment
  private let isDryRun: Bool
  private let options: AdminOptions

  init(_ shipment: Shipment, dryRun: Bool, _ options: AdminOptions) {
    (self.shipment, self.options) = (shipment, options)
    isDryRun = dryRun
  }

  /// - Throws: ``ExitStatus/partial`` when a part had to be left out.
  func run() async throws {
    let bundleImport = BundleImport(into: AdminImportTarget(try options.client()))
    let preview = try await bundleImport.preview(shipment)
    let missing = shipment.contents.filter { preview.missing.contains($0.key) }
    let missingBytes = missing.values.map { RemoteSize(clamping: $0.size) }.saturatingSum()
    if !options.json { Terminal.output.print(preview.changes.map(Self.line)) }
    var skipped = shipment.skipped
    if !isDryRun {
      let progress = ByteProgress("sent", totalBytes: missingBytes)
      skipped += try await bundleImport.run(shipment, after: preview) { progress.add($0) }
      progress.end()
    }
    for reason in skipped { StandardError.print("left out: \(reason)") }
    show(preview, sent: Int64(missing.count), bytes: missingBytes, skipped)
    if !skipped.isEmpty { throw ExitStatus.partial }
  }

  private static func line(_ change: ImportPreview.TagChange) -> String {
    let old = change.old.map { HumanText.digest("\($0)") }
    return "\(old == nil ? "new  " : "moved") \(change.name): \(old.map { "\($0) -> " } ?? "")"
      + HumanText.digest("\(change.new)")
  }

  private func show(_ preview: ImportPreview, sent: Int64, bytes: RemoteSize, _ skipped: [String]) {
    if options.json { return options.show(document(preview, sent, bytes, skipped)) { _ in [] } }
    let images = HumanText.count(Int64(shipment.images.count), "image")
    let held = HumanText.count(Int64(shipment.contents.count) - sent, "content")
    Terminal.output.print(
      isDryRun
        ? "\(images): \(HumanText.count(sent, "content")) (\(HumanText.bytes(bytes))) would be sent, \(held) held already"
        : "\(images) in: \(HumanText.count(sent, "content")) (\(HumanText.bytes(bytes))) sent, \(held) held already; "
          + "all of it is on disk"
    )
  }

  private func document(_ preview: ImportPreview, _ sent: Int64, _ bytes: RemoteSize, _ skipped: [String]) -> JSONValue
  {
    [
      "dryRun": .bool(isDryRun),
      "images": .number("\(shipment.images.count)"),
      "sent": .number("\(sent)"),
      "sentBytes": .number("\(bytes)"),
      "held": .number("\(Int64(shipment.contents.count) - sent)"),
      "tagChanges": .array(
        preview.changes.map { change in
          [
            "name": .string(change.name),
            "old": change.old.map { .string("\($0)") } ?? .null,
            "new": .string("\(change.new)"),
          ]
        }
      ),
      "skipped": .array(skipped.map { .string($0) }),
    ]
  }
}
