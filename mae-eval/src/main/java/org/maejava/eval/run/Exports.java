package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.Task;
import org.maejava.nn.Params;
import org.maejava.proto.RunRecord;
import org.maejava.savedmodel.Precision;
import org.maejava.savedmodel.SavedModelWriter;
import org.maejava.savedmodel.Signatures;
import org.maejava.savedmodel.hub.HubStyle;
import org.maejava.savedmodel.hub.HubWriter;
import org.maejava.storage.FolderLock;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;

/** Trained weights as SavedModels. */
public final class Exports {

  private Exports() {}

  /**
   * Writes a pre-trained model or a classifier, whichever the record's recipe says.
   *
   * @param record how the weights came about
   * @param destination a new folder, or an earlier export
   * @throws org.maejava.storage.FolderInUseException if another process writes there
   * @throws IOException naming the destination and the cause
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Path write(
      RunRecord record, WeightSource weights, Machine machine, Path destination)
      throws IOException {
    var functions = functions(record, weights);
    try (var lock = FolderLock.of(destination);
        var graph = new InferenceGraph(functions, machine.session())) {
      graph.restore("the trained model", weights);
      return SavedModelWriter.write(graph, record, destination);
    }
  }

  /** As {@link #write}, computing in bfloat16; what that costs and brings is measured. */
  @SuppressWarnings("try") // the lock is held, not used
  public static Path writeBfloat16(
      RunRecord record, WeightSource weights, Machine machine, Path destination)
      throws IOException {
    var functions = functions(record, weights);
    try (var lock = FolderLock.of(destination);
        var exact = new InferenceGraph(functions, machine.session());
        var rounded = new InferenceGraph(functions, TBfloat16.class, machine.session())) {
      exact.restore("the trained model", weights);
      rounded.restore("the trained model", weights);
      var precision = Precision.measure(exact, rounded);
      return SavedModelWriter.write(rounded, record, precision, destination);
    }
  }

  /**
   * Writes weights for PyTorch's libraries.
   *
   * @throws IllegalArgumentException if the library has no such model
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static Path write(RunRecord record, WeightSource weights, HubStyle style, Path destination)
      throws IOException {
    try (var lock = FolderLock.of(destination)) {
      return HubWriter.write(weights, record, style, destination);
    }
  }

  /**
   * What is exported of a recipe's weights: of a classifier as many classes as its head has, of a
   * pre-trained model the encoder alone if there is no decoder.
   */
  private static BiFunction<Ops, Params, List<Signature>> functions(
      RunRecord record, WeightSource weights) {
    var shapes = weights.shapes();
    var experiment = record.getExperiment();
    if (!experiment.hasClassification() && !shapes.containsKey("decoder_embed.weight")) {
      return (tf, params) ->
          Signatures.encoder(tf, params, experiment.getModel(), experiment.getData());
    }
    var head = shapes.getOrDefault("head.weight", shapes.getOrDefault("head.1.weight", List.of(0)));
    return Task.of(experiment, head.get(0))::functions;
  }
}
