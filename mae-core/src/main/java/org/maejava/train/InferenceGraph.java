package org.maejava.train;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.maejava.model.VitNames;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params;
import org.maejava.weights.WeightSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A model without loss or gradients: named functions over the same parameter names as in training.
 */
public final class InferenceGraph implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Session session;
  private final List<Signature> signatures;
  private final Params params;
  private final Variables weights;

  /**
   * Builds the graph, which computes in float32; the weights have no values until they are
   * restored.
   */
  public InferenceGraph(BiFunction<Ops, Params, List<Signature>> build, ConfigProto config) {
    this(build, TFloat32.class, config);
  }

  /**
   * As above, with a type that the blocks compute in.
   *
   * @param computeType float32 or bfloat16; the weights are float32 in any case
   */
  public InferenceGraph(
      BiFunction<Ops, Params, List<Signature>> build,
      Class<? extends TFloating> computeType,
      ConfigProto config) {
    var tf = Ops.create(graph);
    params = Params.in(tf, computeType, Kernels.forInference());
    signatures = List.copyOf(build.apply(tf, params));
    session = new Session(graph, config);
    weights = new Variables(tf, session, params.all());
  }

  /**
   * Takes over all of this graph's weights; the source may have others, such as a decoder, but not
   * more blocks: without them the network is another.
   */
  public void restore(String sourceName, WeightSource source) {
    var stacks =
        params.all().stream().map(param -> VitNames.stack(param.name())).distinct().toList();
    weights.restore(
        sourceName,
        source,
        name -> false,
        name -> VitNames.stack(name).isEmpty() || !stacks.contains(VitNames.stack(name)));
  }

  /**
   * Runs one function; the result is the caller's to close.
   *
   * @param key the signature's
   * @param inputs by the signature's names
   */
  public Result run(String key, Map<String, Tensor> inputs) {
    var signature =
        signatures.stream()
            .filter(candidate -> candidate.key().equals(key))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no function %s; there are %s"
                            .formatted(key, signatures.stream().map(Signature::key).toList())));
    return session.run(signature, inputs);
  }

  /** The functions. */
  public List<Signature> signatures() {
    return signatures;
  }

  /** The graph's parameters. */
  public List<Params.Param> params() {
    return params.all();
  }

  /** Their values. */
  public Variables weights() {
    return weights;
  }

  /** For writing the whole as a SavedModel. */
  public Session session() {
    return session;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
