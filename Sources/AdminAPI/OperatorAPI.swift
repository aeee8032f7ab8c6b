package import Administration
package import HTTPServer
package import OCI

/// What is served to operators and their tools: health, metrics, orders, and images that are brought.
package struct OperatorAPI: Sendable {
  /// Answers all of it.
  package let responder: any Responder

  /// - Parameters:
  ///   - hosts: whose name a request may carry.
  ///   - clients: the connections of the registry's clients.
  ///   - version: that of this build.
  package init(
    administration: Administration,
    hosts: HostRule,
    clients: OpenConnections,
    resources: ServerResources,
    version: String,
    limits: Limits
  ) {
    let gate = AdminGate(hosts: hosts)
    let health = HealthEndpoints(reports: administration.reports, connections: clients)
    responder = AdminResponder(
      health: health,
      metrics: MetricsPage(
        administration: administration,
        health: health,
        identities: resources.identities,
        load: resources.load,
        bodyLanes: resources.lanes,
        version: version
      ),
      commands: AdminCommands(administration, ServerStatus(version: version, connections: clients)),
      imports: ImportResponder(imports: administration.imports, gate: gate, limits: limits),
      gate: gate,
      lanes: resources.lanes.reading,
      limits: limits
    )
  }
}
