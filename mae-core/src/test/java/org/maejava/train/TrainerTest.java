package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.nn.Params;
import org.maejava.nn.StatisticUpdate;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.AdamW;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.Position;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.weights.Safetensors;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

@DisplayName("A training")
class TrainerTest {

  private static final int STEPS_PER_EPOCH = 4;
  private static final int EPOCHS = 3;
  private static final int STEPS = STEPS_PER_EPOCH * EPOCHS;

  @TempDir private Path folder;

  @Test
  void followsItsScheduleAndTellsEveryStep() throws IOException {
    var seen = new ArrayList<TrainingObserver.Progress>();
    try (var graph = graph()) {
      var trainer = trainer(graph, Checkpointing.none(), seen);
      assertThat(trainer.run(batches(trainer.position()), () -> false))
          .isEqualTo(Trainer.Outcome.FINISHED);
      assertThat(trainer.curve()).hasSize(STEPS);
    }
    assertThat(seen).hasSize(STEPS);
    assertThat(seen.get(0).rate()).isZero();
    // Warm-up of one epoch to 1e-3 · 4 / 256, then half a cosine over the other two.
    double peak = 1e-3 * 4 / 256;
    assertThat(seen.get(STEPS_PER_EPOCH).rate()).isEqualTo(peak);
    assertThat(seen.get(2 * STEPS_PER_EPOCH).rate()).isEqualTo(peak / 2);
    assertThat(seen.get(STEPS - 1).epoch()).isEqualTo(EPOCHS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 11})
  void thatIsStoppedAndResumedEqualsOneThatWasNot(int stopAfter) throws IOException {
    var whole = weightsAfter(folder.resolve("whole"), STEPS, 5);

    var run = folder.resolve("run");
    weightsAfter(run, stopAfter, 5);
    assertThat(new Checkpoints(run).latest().orElseThrow().state().getStep()).isEqualTo(stopAfter);
    assertThat(weightsAfter(run, STEPS, 5)).isEqualTo(whole);
  }

  /** An update of three batches asks five times: before it, twice for batches, twice computing. */
  @ParameterizedTest
  @ValueSource(ints = {7, 8, 9, 10})
  void thatIsStoppedWithinItsSecondUpdateGoesOnFromTheFirst(int stopAt) throws IOException {
    var whole = weights(folder.resolve("whole"), 5, 3, trainer -> () -> false);

    var run = folder.resolve("run");
    var asked = new AtomicInteger();
    weights(run, 5, 3, trainer -> () -> asked.incrementAndGet() >= stopAt);
    assertThat(asked).hasValueLessThan(5 + 5 + 2);
    assertThat(new Checkpoints(run).latest().orElseThrow().state().getStep()).isEqualTo(1);
    assertThat(weights(run, 5, 3, trainer -> () -> false)).isEqualTo(whole);
  }

  @Test
  void keepsItsCurveThroughAResume() throws IOException {
    weightsAfter(folder.resolve("whole"), STEPS, 1);
    weightsAfter(folder.resolve("run"), 5, 1);
    weightsAfter(folder.resolve("run"), STEPS, 1);
    assertThat(new Checkpoints(folder.resolve("run")).latest().orElseThrow().state().getCurveList())
        .hasSize(STEPS)
        .isEqualTo(
            new Checkpoints(folder.resolve("whole")).latest().orElseThrow().state().getCurveList());
  }

  @Test
  void refusesACheckpointOfAnotherRecipeAndOtherData() throws IOException {
    weightsAfter(folder, 2, 1);
    var checkpoint = new Checkpoints(folder).latest().orElseThrow();
    try (var graph = graph()) {
      var other = CheckpointState.newBuilder().setDataDigest("d");
      other.getExperimentBuilder().getTrainingBuilder().setBatchSize(64);
      var trainer =
          new Trainer(
              graph,
              training(),
              STEPS_PER_EPOCH,
              Checkpointing.none(),
              other.build(),
              List.of(),
              Ticker.systemTicker());
      assertThatThrownBy(() -> trainer.resume(checkpoint))
          .hasMessageContaining("of the recipe training.batch_size is 64, was not set")
          .hasMessageContaining("the images are others, or have changed since");
    }
  }

  @Test
  void stopsAtTheFirstLossThatIsNotFinite() throws IOException {
    try (var graph = graph()) {
      var trainer = trainer(graph, new CheckpointPolicy(folder, 2, 2), new ArrayList<>());
      assertThatThrownBy(() -> trainer.run(poisonedAtTheThird(), () -> false))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("step 3")
          .hasMessageContaining("NaN")
          .hasMessageContaining("checkpoint is that of step 2")
          .hasMessageContaining("non-finite-00000003.safetensors");
      try (var kept = Safetensors.open(folder.resolve("non-finite-00000003.safetensors"))) {
        assertThat(kept.floats("0.images")).hasSize(4 * 32 * 32 * 3).containsOnly(Float.NaN);
        assertThat(kept.floats("0.noise")).hasSize(4 * 64).doesNotContain(Float.NaN);
        assertThat(kept.metadata()).containsEntry("step", "3");
      }
    }
  }

  /** The loss is that before the update, which may break what it was computed with. */
  @Test
  void makesNoCheckpointOfWeightsThatAreNotFinite() throws IOException {
    var absurd = training().toBuilder().setBaseRate(1e42).setWarmupEpochs(0).build();
    try (var graph = graph(absurd)) {
      var trainer = trainer(graph, absurd, new CheckpointPolicy(folder, 1, 3), new ArrayList<>());
      assertThatThrownBy(() -> trainer.run(batches(Position.getDefaultInstance()), () -> false))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("after step 1 the weights cannot be used: value 1 of the")
          .hasMessageContaining("there is no checkpoint to go back to");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysThatThereIsNothingToGoBackToIfItKeepsNoCheckpoints() {
    try (var graph = graph()) {
      var trainer = trainer(graph, Checkpointing.none(), new ArrayList<>());
      assertThatThrownBy(() -> trainer.run(poisonedAtTheThird(), () -> false))
          .isInstanceOf(NonFiniteLossException.class)
          .hasMessageContaining("the batch was not kept, as this run writes no checkpoints")
          .hasMessageContaining("there is no checkpoint to go back to");
    }
  }

  @Test
  void provesThatFrozenParametersKeptTheirBytes() throws IOException {
    weightsAfter(folder, 2, 1);
    var state = new Checkpoints(folder).latest().orElseThrow().state();
    assertThat(state.getFrozenMap()).containsOnlyKeys("pos_embed", "decoder_pos_embed");

    // Another process goes on and compares with what the first one began with.
    try (var graph = graph(training(), TrainerTest::movingAFrozenParameter)) {
      var trainer = trainer(graph, new CheckpointPolicy(folder, 100, 3), new ArrayList<>());
      trainer.resume(new Checkpoints(folder).latest().orElseThrow());
      assertThat(trainer.frozenParameters()).isEqualTo(2);
      assertThatThrownBy(() -> trainer.run(batches(trainer.position()), () -> false))
          .hasMessageContaining("training changed 1 of 2 frozen parameters: decoder_pos_embed");
    }
    assertThat(new Checkpoints(folder).latest().orElseThrow().state().getStep())
        .as("no checkpoint holds what should not be")
        .isEqualTo(2);
  }

  /** What a mistake in a layer or an optimiser may do. */
  private static Objective movingAFrozenParameter(Ops tf, Params params) {
    var objective = objective(tf, params);
    var table =
        params.all().stream()
            .filter(param -> param.name().equals("decoder_pos_embed"))
            .findFirst()
            .orElseThrow();
    var move = tf.math.mul(table.value(), tf.constant(1e-6f));
    return new Objective(
        objective.inputs(),
        objective.loss(),
        List.of(new StatisticUpdate(table, tf.assignAddVariableOp(table.handle(), move))));
  }

  /** Rate, weights and data after a rewind are those of the checkpoint, the rate's scale apart. */
  @Test
  void goesOnFromARewoundCheckpointAtAScaledRateForGood() throws IOException {
    var seen = new ArrayList<TrainingObserver.Progress>();
    try (var graph = graph()) {
      trainer(graph, new CheckpointPolicy(folder, 2, 9), seen)
          .run(batches(Position.getDefaultInstance()), () -> false);
    }
    new Checkpoints(folder).rewind(4, 0.5);
    var again = new ArrayList<TrainingObserver.Progress>();
    for (int stop : new int[] {7, STEPS}) {
      try (var graph = graph()) {
        var trainer = trainer(graph, new CheckpointPolicy(folder, 2, 9), again);
        trainer.resume(new Checkpoints(folder).latest().orElseThrow());
        trainer.run(batches(trainer.position()), () -> trainer.step() >= stop);
        assertThat(trainer.rewinds()).hasSize(1);
      }
    }
    assertThat(again).hasSize(STEPS - 4);
    for (int i = 0; i < again.size(); i++) {
      assertThat(again.get(i).step()).isEqualTo(5 + i);
      assertThat(again.get(i).rate()).isEqualTo(0.5 * seen.get(4 + i).rate());
    }
    assertThat(again.get(0).loss()).isEqualTo(seen.get(4).loss());
    assertThat(again.get(2).loss()).isNotEqualTo(seen.get(6).loss());
  }

  /** Runs on from whatever the folder holds to a step; the bits of all weights. */
  private static Map<String, List<Integer>> weightsAfter(Path folder, int step, int every)
      throws IOException {
    return weights(folder, every, 1, trainer -> () -> trainer.step() >= step);
  }

  private static Map<String, List<Integer>> weights(
      Path folder, int every, int accumulationSteps, Function<Trainer, BooleanSupplier> stop)
      throws IOException {
    var training = training().toBuilder().setAccumulationSteps(accumulationSteps).build();
    try (var graph = graph(training)) {
      var trainer =
          trainer(graph, training, new CheckpointPolicy(folder, every, 3), new ArrayList<>());
      var latest = new Checkpoints(folder).latest();
      if (latest.isPresent()) {
        trainer.resume(latest.get());
      }
      trainer.run(batches(trainer.position()), stop.apply(trainer));
      var bits = new TreeMap<String, List<Integer>>();
      for (var name : graph.weights().shapes().keySet()) {
        var values = new ArrayList<Integer>();
        for (float value : graph.weights().floats(name)) {
          values.add(Float.floatToRawIntBits(value));
        }
        bits.put(name, values);
      }
      return bits;
    }
  }

  private static Trainer trainer(
      TrainingGraph graph, Checkpointing checkpoints, List<TrainingObserver.Progress> seen) {
    return trainer(graph, training(), checkpoints, seen);
  }

  private static Trainer trainer(
      TrainingGraph graph,
      TrainingConfig training,
      Checkpointing checkpoints,
      List<TrainingObserver.Progress> seen) {
    var identity = CheckpointState.newBuilder().setFingerprint("a").setDataDigest("c").build();
    var observer =
        new TrainingObserver() {
          @Override
          public void onStep(Progress progress) {
            seen.add(progress);
          }
        };
    return new Trainer(
        graph,
        training,
        STEPS_PER_EPOCH,
        checkpoints,
        identity,
        List.of(observer),
        Ticker.systemTicker());
  }

  private static TrainingConfig training() {
    return TrainingConfig.newBuilder()
        .setEpochs(EPOCHS)
        .setBatchSize(4)
        .setAccumulationSteps(1)
        .setBaseRate(1e-3)
        .setWarmupEpochs(1)
        .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8))
        .setWeightDecay(0.05)
        .setSeed(5)
        .build();
  }

  private static TrainingGraph graph() {
    return graph(training(), TrainerTest::objective);
  }

  private static TrainingGraph graph(TrainingConfig training) {
    return graph(training, TrainerTest::objective);
  }

  private static TrainingGraph graph(
      TrainingConfig training, BiFunction<Ops, Params, Objective> objective) {
    return new TrainingGraph(
        objective,
        params -> ParamPlan.pretraining(params, training),
        training,
        ConfigProto.getDefaultInstance());
  }

  private static Objective objective(Ops tf, Params params) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(4, 32, 32, 3)));
    var noise = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(4, 64)));
    var loss = new Mae(params, TinyModel.of(false)).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  /** Batches of which the third has pixels that are not finite. */
  private static Iterator<Batch> poisonedAtTheThird() {
    var batches = batches(Position.getDefaultInstance());
    return new Iterator<>() {
      private int taken;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Batch next() {
        return taken++ == 2 ? batch(Float.NaN, 2) : batches.next();
      }
    };
  }

  /** Endless batches, each a function of its position alone. */
  private static Iterator<Batch> batches(Position from) {
    return new Iterator<>() {
      private int index = from.getIndex();

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Batch next() {
        return batch(1, ++index);
      }
    };
  }

  private static Batch batch(float scale, int next) {
    var random = new Draws(3).at("batch", next);
    var images = new float[4 * 32 * 32 * 3];
    for (int i = 0; i < images.length; i++) {
      images[i] = scale * (random.nextFloat() - 0.5f);
    }
    var noise = new float[4 * 64];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    return new Batch(
        Map.of(
            Batch.IMAGES, Golden.tensor(images, List.of(4, 32, 32, 3)),
            Batch.NOISE, Golden.tensor(noise, List.of(4, 64))),
        4,
        Position.newBuilder().setIndex(next).build(),
        List.of());
  }
}
