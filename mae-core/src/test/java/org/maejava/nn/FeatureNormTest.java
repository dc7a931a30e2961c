package org.maejava.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.golden.ScratchGraph;
import org.maejava.random.Draws;
import org.tensorflow.op.Op;

@DisplayName("The batch norm in front of a probe's head")
class FeatureNormTest {

  private static final int BATCH = 4;
  private static final int WIDTH = 3;

  @Test
  void normalisesByTheBatchAndMovesTheRunningStatisticsATenth() {
    var x = Init.normal(2).values(new int[] {BATCH, WIDTH}, new Draws(1).at("x"));
    var mean = new double[WIDTH];
    var variance = new double[WIDTH];
    for (int i = 0; i < x.length; i++) {
      mean[i % WIDTH] += x[i] / (double) BATCH;
    }
    for (int i = 0; i < x.length; i++) {
      variance[i % WIDTH] += Math.pow(x[i] - mean[i % WIDTH], 2) / BATCH;
    }
    var normalised = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      normalised[i] = (float) ((x[i] - mean[i % WIDTH]) / Math.sqrt(variance[i % WIDTH] + 1e-6));
    }
    var runningMean = new float[WIDTH];
    var runningVariance = new float[WIDTH];
    for (int j = 0; j < WIDTH; j++) {
      runningMean[j] = (float) (0.1 * mean[j]);
      runningVariance[j] = (float) (0.9 + 0.1 * variance[j] * BATCH / (BATCH - 1));
    }

    try (var graph = new ScratchGraph()) {
      var input = graph.input(BATCH, WIDTH);
      graph.feed(input, x);
      var trained = new FeatureNorm(graph.params(), WIDTH).train(graph.tf(), input);
      graph.weights().initialise(new Draws(0));
      var output =
          graph.run(
              List.of(trained.output()),
              trained.updates().stream().map(StatisticUpdate::op).toArray(Op[]::new));

      assertThatValues(output.get(0)).isCloseTo(normalised, 1e-6, 1e-6);
      assertThatValues(graph.weights().floats("running_mean")).isCloseTo(runningMean, 1e-6, 1e-7);
      assertThatValues(graph.weights().floats("running_var"))
          .isCloseTo(runningVariance, 1e-6, 1e-7);
    }
  }

  @Test
  void outsideTrainingUsesTheRunningStatisticsAndLeavesThem() {
    try (var graph = new ScratchGraph()) {
      var input = graph.input(-1, 2);
      var output = new FeatureNorm(graph.params(), 2).apply(graph.tf(), input);
      graph.weights();
      graph.set("running_mean", new float[] {1, -2});
      graph.set("running_var", new float[] {4, 0.25f});
      graph.feed(input, Golden.tensor(new float[] {3, -1, 1, -2}, List.of(2, 2)));

      assertThatValues(graph.run(output)).isCloseTo(new float[] {1, 2, 0, 0}, 5e-6, 0);
      assertThat(graph.weights().floats("running_mean")).containsExactly(1, -2);
      assertThat(graph.weights().floats("running_var")).containsExactly(4, 0.25f);
    }
  }

  @Test
  void refusesABatchOfOneWhichHasNoVariance() {
    try (var graph = new ScratchGraph()) {
      var norm = new FeatureNorm(graph.params(), WIDTH);
      var input = graph.input(1, WIDTH);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> norm.train(graph.tf(), input))
          .withMessageContaining("batch of 1");
    }
  }
}
