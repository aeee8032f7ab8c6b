import BlockingIO
import HTTPServer
import Memory
import PullThrough

/// How much of what is scarce is in use.
extension MetricsPage {
  func addMemory(_ text: inout MetricsText) {
    let memory = pullThrough.memory.state
    text.add("berth_memory_budget_bytes", .gauge, "Bytes that documents and answers may take.", memory.limitBytes)
    text.add("berth_memory_used_bytes", .gauge, "Bytes that documents and answers take.", memory.usedBytes)
    text.add("berth_memory_peak_bytes", .gauge, "The most that they took at one time.", memory.peakBytes)
    text.add("berth_memory_refusals_total", .counter, "Times that there was no room for one.", memory.refusals)
  }

  func addLoad(_ text: inout MetricsText) {
    text.add(
      "berth_event_loop_lag_seconds",
      .gauge,
      "How far the event loop that is furthest behind was, by its own work.",
      [.init(seconds: load.lagSeconds)]
    )
    text.add("berth_load_shedding", .gauge, "Whether what can wait is sent away.", load.isShedding ? 1 : 0)
    text.add("berth_shed_requests_total", .counter, "Requests sent away because of such a lag.", load.shedCount)
    let lanes = [("shared", pullThrough.lanes), ("reading", bodyLanes.reading), ("sending", bodyLanes.sending)]
    text.add(
      "berth_stuck_lanes",
      .gauge,
      "Lanes whose piece of work has been running for more than five seconds.",
      lanes.map { .init($0.1.stuckCount, ("lanes", $0.0)) }
    )
  }
}
