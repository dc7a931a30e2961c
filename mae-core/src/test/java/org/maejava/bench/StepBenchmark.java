package org.maejava.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.maejava.golden.Golden;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.model.Presets;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.AdamW;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Position;
import org.maejava.proto.Preset;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.train.Batch;
import org.maejava.train.Objective;
import org.maejava.train.TrainingGraph;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** One pre-training update, data already there. Run {@link #main}; never part of the tests. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class StepBenchmark {

  @Param({"SMALL_28_4", "SMALL_64_8", "VIT_TI16"})
  Preset preset;

  @Param("64")
  int batchSize;

  /** What the step computes. */
  public enum Variant {
    /** As published. */
    PLAIN,
    /** The blocks in bfloat16. */
    BFLOAT16,
    /** The ablation of Table 1(c). */
    ENCODER_MASK_TOKENS,
    /** Weights averaged after every update. */
    WEIGHT_AVERAGE
  }

  @Param Variant variant;

  private TrainingGraph graph;
  private Batch batch;
  private int step;

  @Setup(Level.Trial)
  public void build() {
    var presets = Presets.of(preset).toBuilder();
    if (variant == Variant.ENCODER_MASK_TOKENS) {
      presets.getEncoderMaskTokensBuilder();
    }
    var model = presets.build();
    var training = training();
    graph =
        new TrainingGraph(
            (tf, params) -> objective(tf, params, model),
            params -> ParamPlan.pretraining(params, training),
            training,
            ConfigProto.getDefaultInstance());
    graph.initialise(new Draws(0));
    batch = batch(model);
  }

  private TrainingConfig training() {
    var training =
        TrainingConfig.newBuilder()
            .setAccumulationSteps(1)
            .setAdamw(AdamW.newBuilder().setBeta1(0.9).setBeta2(0.95).setEpsilon(1e-8))
            .setWeightDecay(0.05);
    switch (variant) {
      case BFLOAT16 -> training.getBfloat16Builder();
      case WEIGHT_AVERAGE -> training.getWeightAverageBuilder().setDecay(0.9999);
      case PLAIN, ENCODER_MASK_TOKENS -> {}
    }
    return training.build();
  }

  private Objective objective(Ops tf, Params params, ModelConfig model) {
    var grid = PatchGrid.of(model);
    var images = input(tf, batchSize, grid.height(), grid.width(), grid.channels());
    var noise = input(tf, batchSize, grid.count());
    var loss = new Mae(params, model).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  private static Operand<TFloat32> input(Ops tf, long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private Batch batch(ModelConfig model) {
    var grid = PatchGrid.of(model);
    var random = new Draws(1).at("benchmark");
    var images = new float[batchSize * grid.count() * grid.patchSize()];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat();
    }
    var noise = new float[batchSize * grid.count()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextFloat();
    }
    var shape = List.of(batchSize, grid.height(), grid.width(), grid.channels());
    return new Batch(
        Map.of(
            Batch.IMAGES,
            Golden.tensor(images, shape),
            Batch.NOISE,
            Golden.tensor(noise, List.of(batchSize, grid.count()))),
        batchSize,
        Position.getDefaultInstance(),
        List.of());
  }

  @Benchmark
  public double step() {
    return graph.step(List.of(batch), 1e-4, ++step).loss();
  }

  @TearDown(Level.Trial)
  public void close() {
    batch.close();
    graph.close();
  }

  /** Takes JMH's own options, such as {@code -p preset=VIT_B16 -p batchSize=8}. */
  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions(args))
                .include(StepBenchmark.class.getName())
                .jvmArgsAppend(
                    "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                    "-Dorg.bytedeco.javacpp.maxBytes=0")
                .build())
        .run();
  }
}
