package org.maejava.nn;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.cluster.Workers;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The parameters of one graph, by their published names: {@code params.at("blocks").at(3)
 * .at("attn").at("qkv").get("weight", …)} is the variable {@code blocks.3.attn.qkv.weight}. That
 * name is the checkpoint key, what a layer-decay rule reads, and what an error prints.
 */
public final class Params {

  /**
   * One variable.
   *
   * @param name the published name
   * @param shape row-major dimensions
   * @param init its values before training
   * @param handle what optimisers and checkpoints write to
   * @param value what layers read; gradients are taken with respect to it
   */
  public record Param(
      String name,
      List<Integer> shape,
      Init init,
      Operand<? extends TType> handle,
      Operand<TFloat32> value) {

    /** Number of values. */
    public long size() {
      return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** The shape as {@link Init} takes it. */
    public int[] dimensions() {
      return shape.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private final Ops tf;
  private final Class<? extends TFloating> computeType;
  private final Kernels kernels;
  private final Workers workers;
  private final String prefix;
  private final Map<String, Param> all;

  private Params(
      Ops tf,
      Class<? extends TFloating> computeType,
      Kernels kernels,
      Workers workers,
      String prefix,
      Map<String, Param> all) {
    this.tf = tf;
    this.computeType = computeType;
    this.kernels = kernels;
    this.workers = workers;
    this.prefix = prefix;
    this.all = all;
  }

  /** No parameters yet, in the graph of {@code tf}. */
  public static Params in(Ops tf) {
    return in(tf, TFloat32.class, Kernels.portable());
  }

  /**
   * No parameters yet, in a graph whose blocks compute in a type and with kernels of their own;
   * parameters are float32 whatever it is.
   */
  public static Params in(Ops tf, Class<? extends TFloating> computeType, Kernels kernels) {
    return in(tf, computeType, kernels, Workers.alone());
  }

  /**
   * As above, where a batch is only this worker's share of the whole one.
   *
   * @param workers who have the other shares
   */
  public static Params in(
      Ops tf, Class<? extends TFloating> computeType, Kernels kernels, Workers workers) {
    return new Params(tf, computeType, kernels, workers, "", new LinkedHashMap<>());
  }

  /** What layers compute with. */
  Kernels kernels() {
    return kernels;
  }

  /** Who have the other shares of a batch. */
  Workers workers() {
    return workers;
  }

  /** What Transformer blocks compute their branches in. */
  Class<? extends TFloating> computeType() {
    return computeType;
  }

  /** The parameters under a name segment. */
  public Params at(String segment) {
    return new Params(tf, computeType, kernels, workers, prefix + segment + ".", all);
  }

  /** The parameters under an index, such as a block's. */
  public Params at(int index) {
    return at(Integer.toString(index));
  }

  /**
   * The parameter of that name, made on the first call; later calls share it, which is how two
   * sub-graphs use the same weights.
   *
   * @throws IllegalArgumentException if it exists with another shape
   */
  public Operand<TFloat32> get(String leaf, Init init, int... shape) {
    return variable(leaf, init, shape).value();
  }

  /** As {@link #get}, for those who write to it too: an optimiser's state. */
  public Param variable(String leaf, Init init, int... shape) {
    var name = prefix + leaf;
    var param = all.computeIfAbsent(name, n -> make(n, init, shape));
    checkArgument(
        Arrays.equals(param.dimensions(), shape),
        "parameter %s is asked for as %s but exists as %s",
        name,
        Arrays.toString(shape),
        param.shape());
    return param;
  }

  /** Every parameter of the graph, in the order they were made. */
  public List<Param> all() {
    return List.copyOf(all.values());
  }

  private Param make(String name, Init init, int[] shape) {
    var dimensions = Shape.of(Arrays.stream(shape).asLongStream().toArray());
    var handle =
        tf.withName(name).varHandleOp(TFloat32.class, dimensions, VarHandleOp.sharedName(name));
    var value = tf.withName(name + ".value").readVariableOp(handle, TFloat32.class);
    return new Param(name, Arrays.stream(shape).boxed().toList(), init, handle, value);
  }
}
