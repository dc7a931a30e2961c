package org.maejava.savedmodel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.maejava.nn.Params.Param;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

/**
 * The operations that write a graph's variables to a TensorFlow checkpoint and read them back,
 * under the names that TensorFlow's exporter looks for: its own saver sees no resource variables.
 */
final class VariableSaver {

  /** The tensor that takes the checkpoint's path. */
  static final String FILENAME = "save/filename";

  /** The operation that waits for the writing. */
  static final String SAVE = "save/control_dependency";

  /** The operation that waits for the reading. */
  static final String RESTORE = "save/restore_all";

  private VariableSaver() {}

  /** Adds them once; the checkpoint's keys are the parameters' names. */
  static void addTo(Graph graph, List<Param> params) {
    if (graph.operation(RESTORE) != null) {
      return;
    }
    var tf = Ops.create(graph).withSubScope("save");
    var filename =
        tf.withName("filename").placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    var names = tf.array(params.stream().map(Param::name).toArray(String[]::new));
    var slices = tf.array(Collections.nCopies(params.size(), "").toArray(String[]::new));

    List<Operand<?>> values = new ArrayList<>();
    params.forEach(param -> values.add(param.value()));
    var save = tf.train.save(filename, names, slices, values);
    tf.withControlDependencies(List.of(save)).withName("control_dependency").identity(filename);

    var types = Collections.nCopies(params.size(), TFloat32.class);
    var restored = tf.train.restore(filename, names, slices, List.copyOf(types)).tensors();
    var assignments = new ArrayList<Op>();
    for (int i = 0; i < params.size(); i++) {
      var param = params.get(i);
      assignments.add(
          tf.withName(assignment(param)).assignVariableOp(param.handle(), restored.get(i)));
    }
    tf.withControlDependencies(assignments).withName("restore_all").noOp();
  }

  /** The operation that gives one parameter its value. */
  static String initialiser(Param param) {
    return "save/" + assignment(param);
  }

  private static String assignment(Param param) {
    return param.name() + ".restore";
  }
}
