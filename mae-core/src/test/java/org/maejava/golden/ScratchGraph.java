package org.maejava.golden;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params;
import org.maejava.random.Draws;
import org.maejava.train.Variables;
import org.maejava.weights.WeightSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.types.TFloat32;

/** A graph with parameters, float inputs and a session, for one test. */
public final class ScratchGraph implements AutoCloseable {

  /** Optimising a graph anew for each of the many small runs of a test would take most of it. */
  private static final ConfigProto AS_WRITTEN =
      ConfigProto.newBuilder()
          .setGraphOptions(
              GraphOptions.newBuilder()
                  .setOptimizerOptions(
                      OptimizerOptions.newBuilder().setOptLevel(OptimizerOptions.Level.L0))
                  .setRewriteOptions(RewriterConfig.newBuilder().setDisableMetaOptimizer(true)))
          .build();

  private final Graph graph = new Graph();
  private final Session session = new Session(graph, AS_WRITTEN);
  private final Ops tf = Ops.create(graph);
  private final Params params;
  private final Map<Operand<TFloat32>, TFloat32> fed = new LinkedHashMap<>();
  private Variables weights;

  /** With layers as inference has them. */
  public ScratchGraph() {
    this(Kernels.portable());
  }

  /** With layers of a kind. */
  public ScratchGraph(Kernels kernels) {
    params = Params.in(tf, TFloat32.class, kernels);
  }

  public Ops tf() {
    return tf;
  }

  public Params params() {
    return params;
  }

  /** A placeholder; −1 is an unknown dimension. */
  public Operand<TFloat32> input(long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  /** What an input is from now on; the tensor becomes this graph's to close. */
  public void feed(Operand<TFloat32> input, TFloat32 tensor) {
    var before = fed.put(input, tensor);
    if (before != null) {
      before.close();
    }
  }

  /** What an input is from now on, with a known shape. */
  public void feed(Operand<TFloat32> input, float[] values) {
    feed(input, TFloat32.tensorOf(input.shape(), DataBuffers.of(values, true, false)));
  }

  /** Σ value · weight, a scalar: unlike a plain sum, it sees what a norm takes out. */
  public Operand<TFloat32> weightedSum(Operand<TFloat32> values, float[] weights) {
    var row = tf.reshape(values, tf.constant(new int[] {weights.length}));
    return tf.reduceSum(tf.math.mul(row, tf.constant(weights)), tf.constant(0));
  }

  /** Gradients of a scalar, one for each value. */
  public List<Operand<TFloat32>> gradients(
      Operand<TFloat32> of, List<? extends Operand<TFloat32>> values) {
    var outputs = values.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
    return Arrays.stream(graph.addGradients(of.asOutput(), outputs))
        .<Operand<TFloat32>>map(ScratchGraph::floats)
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static Output<TFloat32> floats(Output<?> output) {
    return (Output<TFloat32>) output;
  }

  /** The parameters' values; all parameters must have been made. */
  public Variables weights() {
    if (weights == null) {
      weights = new Variables(tf, session, params.all());
    }
    return weights;
  }

  /** The values of parameters that were made elsewhere, such as an optimiser's slots. */
  public Variables variables(Params others) {
    return new Variables(tf, session, others.all());
  }

  /** As an untrained model, then every value moved a little, so that none is zero or one. */
  public void initialisePerturbed(Draws draws) {
    weights().initialise(draws);
    for (var param : params.all()) {
      var random = draws.at("perturb " + param.name());
      var values = weights().floats(param.name());
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) random.nextDouble(0.05, 0.15) * (random.nextBoolean() ? 1 : -1);
      }
      set(param.name(), values);
    }
  }

  /** Gives one parameter other values. */
  public void set(String name, float[] values) {
    var shape = weights().shapes().get(name);
    var source =
        new WeightSource() {
          @Override
          public Map<String, List<Integer>> shapes() {
            return Map.of(name, shape);
          }

          @Override
          public float[] floats(String ignored) {
            return values;
          }
        };
    weights().restore("test", source, any -> true, any -> false);
  }

  /** The values of some outputs on what is fed. */
  public List<float[]> run(List<? extends Operand<TFloat32>> outputs, Op... targets) {
    var runner = session.runner();
    fed.forEach(runner::feed);
    outputs.forEach(runner::fetch);
    Arrays.stream(targets).forEach(runner::addTarget);
    try (var result = runner.run()) {
      return IntStream.range(0, outputs.size())
          .mapToObj(i -> TensorAssert.floats(result.get(i)))
          .toList();
    }
  }

  /** The values of one output on what is fed. */
  public float[] run(Operand<TFloat32> output) {
    return run(List.of(output)).get(0);
  }

  @Override
  public void close() {
    fed.values().forEach(TFloat32::close);
    session.close();
    graph.close();
  }
}
