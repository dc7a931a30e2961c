package org.maejava.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.StepStats;

class StepTraceTest {

  private static NodeExecStats.Builder event(String kind, long from, long to) {
    return NodeExecStats.newBuilder()
        .setNodeName("node")
        .setTimelineLabel("node = " + kind + "(input)")
        .setAllStartNanos(1_000_000 + from)
        .setOpEndRelNanos(to - from);
  }

  private static StepTrace trace(NodeExecStats.Builder... events) {
    var device = DeviceStepStats.newBuilder().setDevice("cpu");
    for (var event : events) {
      device.addNodeStats(event);
    }
    var trace = new StepTrace();
    trace.add(StepStats.newBuilder().addDevStats(device).build());
    return trace;
  }

  /** From 10 to 15 and from 16 to 20 of 20 there is nothing but the exchange, of 5 to 20. */
  @Test
  void tellsWaitingForOthersFromAnExchangeBesideComputing() {
    var exchange =
        trace(
                event("MatMul", 0, 10),
                event("CollectiveReduceV2", 5, 18),
                event("CollectiveReduceV2", 12, 20),
                event("_Recv", 0, 20),
                event("Mul", 15, 16))
            .exchange()
            .orElseThrow();
    assertThat(exchange.shareWaiting()).isCloseTo(9 / 20.0, within(1e-9));
    assertThat(exchange.shareOverlapped()).isCloseTo(6 / 15.0, within(1e-9));
  }

  @Test
  void hasNoExchangeWhereThereIsOneProcess() {
    assertThat(trace(event("MatMul", 0, 10)).exchange()).isEmpty();
  }
}
