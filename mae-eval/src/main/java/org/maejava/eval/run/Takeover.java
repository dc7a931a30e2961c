package org.maejava.eval.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.maejava.eval.task.Task;
import org.maejava.model.VitNames;
import org.maejava.nn.Params;
import org.maejava.proto.Experiment;
import org.maejava.proto.Pooling;
import org.maejava.weights.KeyDiff;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

/**
 * What a classifier takes over of pre-trained weights: the encoder. The head, attentive pooling and
 * the norm behind average pooling stay new, the decoder is left behind.
 *
 * @param mayMiss names of the classifier that the weights need not have
 * @param mayIgnore names of the weights that the classifier need not have
 */
record Takeover(Experiment experiment, Predicate<String> mayMiss, Predicate<String> mayIgnore) {

  /** How many classes there are is not known before the data are, and no head is compared. */
  private static final int SOME_CLASSES = 2;

  static Takeover of(Experiment experiment) {
    boolean average = experiment.getClassification().getPooling() == Pooling.AVERAGE;
    return new Takeover(
        experiment,
        missing ->
            VitNames.isHead(missing)
                || VitNames.isAttentivePooling(missing)
                || (average && missing.startsWith("fc_norm.")),
        extra -> VitNames.isDecoder(extra) || (average && extra.startsWith("norm.")));
  }

  /**
   * Compares names and shapes; no data are needed for that.
   *
   * @param keepHead whether the weights' head is to be kept
   * @throws org.maejava.weights.WeightMismatchException of everything that does not fit
   * @throws IllegalArgumentException if a head is to be kept that is not there
   */
  void requireFit(Weights weights, boolean keepHead) {
    var found = weights.startOf(experiment.getModel(), SOME_CLASSES, keepHead).source().shapes();
    KeyDiff.between(withoutHead(parameters()), withoutHead(found))
        .check(weights.name(), mayMiss, mayIgnore);
  }

  private Map<String, List<Integer>> parameters() {
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      var params = Params.in(tf);
      Task.of(experiment, SOME_CLASSES).objective(tf, params, 1);
      var shapes = new LinkedHashMap<String, List<Integer>>();
      params.all().forEach(param -> shapes.put(param.name(), param.shape()));
      return shapes;
    }
  }

  private static Map<String, List<Integer>> withoutHead(Map<String, List<Integer>> shapes) {
    var rest = new LinkedHashMap<>(shapes);
    rest.keySet().removeIf(name -> VitNames.isHead(name) || VitNames.isAttentivePooling(name));
    return rest;
  }
}
