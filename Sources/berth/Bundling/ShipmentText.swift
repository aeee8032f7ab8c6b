import Bundle
import OCI

/// What an archive holds, told. Pure.
enum ShipmentText {
  /// For people: its images, then a sum.
  static func lines(_ shipment: Shipment) -> [String] {
    var lines = shipment.images.flatMap { image in
      let names = image.tags.map { "\(image.repository):\($0)" }
      return (names.isEmpty ? ["\(image.repository)"] : names).map { "\($0)@\(image.manifest.digest)" }
    }
    let contents = HumanText.count(Int64(shipment.contents.count), "content")
    lines.append(
      "\(HumanText.count(Int64(shipment.images.count), "image")), \(contents), \(HumanText.bytes(shipment.totalBytes)): "
        + "all as their digests say"
    )
    if !shipment.expected.isEmpty {
      let bytes = HumanText.bytes(shipment.expected.map(\.size).saturatingSum())
      lines.append(
        "\(HumanText.count(Int64(shipment.expected.count), "content")) (\(bytes)) must be there already, from an earlier "
          + "bundle"
      )
    }
    return lines + shipment.skipped.map { "left out: \($0)" }
  }

  /// For machines.
  static func json(_ shipment: Shipment) -> JSONValue {
    let images = shipment.images.map { image in
      [
        "repository": .string("\(image.repository)"),
        "tags": .array(image.tags.map { .string("\($0)") }),
        "digest": .string("\(image.manifest.digest)"),
      ] as JSONValue
    }
    return [
      "images": .array(images),
      "contents": .number("\(shipment.contents.count)"),
      "bytes": .number("\(shipment.totalBytes)"),
      "expected": .array(shipment.expected.map { .string("\($0.digest)") }),
      "skipped": .array(shipment.skipped.map { .string($0) }),
    ]
  }
}
