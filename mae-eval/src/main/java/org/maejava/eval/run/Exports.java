package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.Task;
import org.maejava.proto.RunRecord;
import org.maejava.savedmodel.Precision;
import org.maejava.savedmodel.SavedModelWriter;
import org.maejava.savedmodel.hub.HubStyle;
import org.maejava.savedmodel.hub.HubWriter;
import org.maejava.storage.FolderLock;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;
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
    var task = task(record, weights);
    try (var lock = FolderLock.of(destination);
        var graph = new InferenceGraph(task::functions, machine.session())) {
      graph.restore("the trained model", weights);
      return SavedModelWriter.write(graph, record, destination);
    }
  }

  /** As {@link #write}, computing in bfloat16; what that costs and brings is measured. */
  @SuppressWarnings("try") // the lock is held, not used
  public static Path writeBfloat16(
      RunRecord record, WeightSource weights, Machine machine, Path destination)
      throws IOException {
    var task = task(record, weights);
    try (var lock = FolderLock.of(destination);
        var exact = new InferenceGraph(task::functions, machine.session());
        var rounded = new InferenceGraph(task::functions, TBfloat16.class, machine.session())) {
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

  /** With as many classes as the head has: records do not always name them. */
  private static Task task(RunRecord record, WeightSource weights) {
    var shapes = weights.shapes();
    var head = shapes.getOrDefault("head.weight", shapes.getOrDefault("head.1.weight", List.of(0)));
    return Task.of(record.getExperiment(), head.get(0));
  }
}
