package org.maejava.savedmodel.weights;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.maejava.weights.WeightSource;

/** Tensors in a file, by the names that it gives them, mapped and read one at a time. */
sealed interface TensorFile extends WeightSource, AutoCloseable
    permits PytorchFile, SafetensorsFile, ShardedFile {

  /** What kind of file it is, for people. */
  String format();

  /** The type of one tensor's values, for people. */
  String type(String name);

  /** Text and numbers that the file has beside its tensors, such as a training's arguments. */
  Map<String, String> facts();

  /** Everything that a reader may want to be told about what was left out. */
  List<String> notes();

  @Override
  void close() throws IOException;
}
