package org.maejava.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.maejava.golden.TensorAssert.assertThatValues;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.ScratchGraph;
import org.maejava.nn.Init;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan.Entry;
import org.maejava.proto.AdamW;
import org.maejava.proto.Lars;
import org.maejava.proto.Sgd;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat64;

@DisplayName("Every optimiser")
class OptimizerContractTest {

  private static final Draws DRAWS = new Draws(50);
  private static final int STEPS = 8;
  private static final double RATE = 0.0625;

  /** A rule with its formula in double arithmetic and the slots of each parameter. */
  private record Subject(TrainingConfig training, Formula formula, List<String> slots) {
    @Override
    public String toString() {
      return training.getOptimizerCase().name();
    }
  }

  /** Moves the values of one parameter; {@code state} is its own. */
  private interface Formula {
    void step(double[] w, double[] g, Entry entry, int step, Map<String, double[]> state);
  }

  static Stream<Subject> subjects() {
    var adamw = AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8);
    var lars = Lars.newBuilder().setMomentum(0.9).setTrustCoefficient(0.01);
    return Stream.of(
        new Subject(
            TrainingConfig.newBuilder().setAdamw(adamw).build(),
            OptimizerContractTest::adamw,
            List.of("exp_avg", "exp_avg_sq")),
        new Subject(
            TrainingConfig.newBuilder().setLars(lars).build(),
            OptimizerContractTest::lars,
            List.of("momentum")),
        new Subject(
            TrainingConfig.newBuilder().setSgd(Sgd.newBuilder().setMomentum(0.9)).build(),
            (w, g, entry, step, state) -> momentum(w, decayed(w, g, entry), entry, state),
            List.of("momentum")));
  }

  private static void adamw(
      double[] w, double[] g, Entry entry, int step, Map<String, double[]> state) {
    var mean = state.computeIfAbsent("mean", n -> new double[w.length]);
    var square = state.computeIfAbsent("square", n -> new double[w.length]);
    double rate = RATE * entry.rateScale();
    for (int i = 0; i < w.length; i++) {
      mean[i] = 0.9 * mean[i] + 0.1 * g[i];
      square[i] = 0.95 * square[i] + 0.05 * g[i] * g[i];
      double corrected = Math.sqrt(square[i] / (1 - Math.pow(0.95, step))) + 1e-8;
      w[i] *= 1 - rate * entry.weightDecay();
      w[i] -= rate * mean[i] / (1 - Math.pow(0.9, step)) / corrected;
    }
  }

  private static void lars(
      double[] w, double[] g, Entry entry, int step, Map<String, double[]> state) {
    var direction = g.clone();
    if (entry.param().shape().size() > 1) {
      direction = decayed(w, g, entry);
      double ratio = 0.01 * norm(w) / norm(direction);
      for (int i = 0; i < direction.length; i++) {
        direction[i] *= Double.isFinite(ratio) && ratio > 0 ? ratio : 1;
      }
    }
    momentum(w, direction, entry, state);
  }

  private static double[] decayed(double[] w, double[] g, Entry entry) {
    var decayed = g.clone();
    for (int i = 0; i < w.length; i++) {
      decayed[i] += entry.weightDecay() * w[i];
    }
    return decayed;
  }

  private static void momentum(
      double[] w, double[] direction, Entry entry, Map<String, double[]> state) {
    var velocity = state.computeIfAbsent("velocity", n -> new double[w.length]);
    for (int i = 0; i < w.length; i++) {
      velocity[i] = 0.9 * velocity[i] + direction[i];
      w[i] -= RATE * entry.rateScale() * velocity[i];
    }
  }

  private static double norm(double[] x) {
    double squares = 0;
    for (double v : x) {
      squares += v * v;
    }
    return Math.sqrt(squares);
  }

  /** A decayed matrix, an undecayed one at half the rate, one of zeros, and a vector. */
  private static List<Entry> plan(Params params) {
    return List.of(
        new Entry(params.variable("fc.weight", Init.normal(1), 3, 4), 1, 0.1),
        new Entry(params.variable("cls_token", Init.normal(1), 1, 1, 5), 0.5, 0),
        new Entry(params.variable("zero.weight", Init.zeros(), 2, 2), 1, 0.1),
        new Entry(params.variable("fc.bias", Init.normal(1), 6), 1, 0));
  }

  private static float[] gradient(Entry entry, int step) {
    return Init.normal(0.5)
        .values(entry.param().dimensions(), DRAWS.at("g " + entry.param().name(), step));
  }

  /** Values of all parameters and slots after some steps. */
  private static Map<String, float[]> run(Subject subject) {
    try (var graph = new ScratchGraph()) {
      var tf = graph.tf();
      var plan = plan(graph.params());
      var updates = new ArrayList<Optimizer.Update>();
      for (var entry : plan) {
        var shape = entry.param().shape().stream().mapToLong(n -> n).toArray();
        updates.add(new Optimizer.Update(entry, graph.input(shape)));
      }
      var slots = Params.in(tf);
      var step = graph.input(1);
      var ops =
          Optimizer.of(subject.training())
              .updates(
                  tf,
                  slots,
                  updates,
                  tf.constant(RATE),
                  tf.reshape(tf.dtypes.cast(step, TFloat64.class), tf.constant(new int[0])));
      graph.weights().initialise(DRAWS);
      var state = graph.variables(slots);
      state.initialise(DRAWS);
      for (int i = 1; i <= STEPS; i++) {
        for (var update : updates) {
          graph.feed(update.gradient(), gradient(update.entry(), i));
        }
        graph.feed(step, new float[] {i});
        graph.run(List.of(), ops.toArray(Op[]::new));
      }
      var values = new LinkedHashMap<String, float[]>();
      graph.weights().shapes().keySet().forEach(n -> values.put(n, graph.weights().floats(n)));
      state.shapes().keySet().forEach(n -> values.put(n, state.floats(n)));
      return values;
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void followsItsFormula(Subject subject) {
    var found = run(subject);
    try (var graph = new ScratchGraph()) {
      for (var entry : plan(graph.params())) {
        var param = entry.param();
        var start = param.init().values(param.dimensions(), DRAWS.at("init " + param.name()));
        var w = doubles(start);
        var state = new LinkedHashMap<String, double[]>();
        for (int i = 1; i <= STEPS; i++) {
          subject.formula().step(w, doubles(gradient(entry, i)), entry, i, state);
        }
        var expected = new float[w.length];
        for (int i = 0; i < w.length; i++) {
          expected[i] = (float) w[i];
        }
        assertThat(found.get(param.name())).isNotEqualTo(start);
        assertThatValues(found.get(param.name())).as(param.name()).isCloseTo(expected, 2e-6, 1e-7);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void endsAtTheSameBitsEveryTime(Subject subject) {
    var first = run(subject);
    run(subject).forEach((name, values) -> assertThat(values).containsExactly(first.get(name)));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void namesItsSlotsAfterTheirParameter(Subject subject) {
    var expected = new ArrayList<String>();
    for (var name : List.of("fc.weight", "cls_token", "zero.weight", "fc.bias")) {
      expected.add(name);
      subject.slots().forEach(slot -> expected.add(name + "." + slot));
    }
    assertThat(run(subject)).containsOnlyKeys(expected);
  }

  @Test
  void mustBeChosen() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.of(TrainingConfig.getDefaultInstance()))
        .withMessage("training.optimizer is not set");
  }

  private static double[] doubles(float[] values) {
    var doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
