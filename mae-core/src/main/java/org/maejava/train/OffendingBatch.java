package org.maejava.train;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.maejava.storage.WholeFile;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;
import org.tensorflow.Tensor;

/**
 * The batches of an update that went wrong, as a safetensors file: every input under the names of
 * {@link Batch}, behind the micro-batch's number ({@code 0.images}), the images' names in the
 * header. A batch holds all draws of its step, so this and the checkpoint repeat it.
 */
final class OffendingBatch implements WeightSource {

  private final Map<String, Tensor> tensors;

  private OffendingBatch(List<Batch> batches) {
    var all = ImmutableMap.<String, Tensor>builder();
    for (int i = 0; i < batches.size(); i++) {
      var prefix = i + ".";
      batches.get(i).tensors().forEach((name, tensor) -> all.put(prefix + name, tensor));
    }
    tensors = all.buildOrThrow();
  }

  /**
   * Writes the batches of one update.
   *
   * @param folder where checkpoints lie
   * @param step the update's number
   * @return the file
   */
  static Path write(Path folder, int step, List<Batch> batches) throws IOException {
    var file = folder.resolve("non-finite-%08d.safetensors".formatted(step));
    var names =
        batches.stream().flatMap(batch -> batch.names().stream()).collect(Collectors.joining("\n"));
    var metadata = ImmutableMap.of("step", Integer.toString(step), "images", names);
    WholeFile.write(
        file, out -> SafetensorsWriter.write(out, new OffendingBatch(batches), metadata));
    return file;
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    tensors.forEach(
        (name, tensor) ->
            shapes.put(
                name, Arrays.stream(tensor.shape().asArray()).mapToObj(Math::toIntExact).toList()));
    return shapes.buildOrThrow();
  }

  @Override
  public float[] floats(String name) {
    var tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the batches have no " + name);
    }
    var values = new float[Math.toIntExact(tensor.shape().size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
