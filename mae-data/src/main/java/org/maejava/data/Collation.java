package org.maejava.data;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.maejava.proto.Position;
import org.maejava.train.Batch;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * Samples to a batch of fixed size; rows without a sample are zero.
 *
 * @param size rows in every tensor
 * @param shapes of one row, by tensor name
 */
record Collation(int size, Map<String, Shape> shapes) {

  Batch of(List<Sample> samples, Position next) {
    var tensors = ImmutableMap.<String, Tensor>builder();
    shapes.forEach((name, shape) -> tensors.put(name, stacked(name, shape, samples)));
    return new Batch(
        tensors.buildOrThrow(), samples.size(), next, samples.stream().map(Sample::name).toList());
  }

  private TFloat32 stacked(String name, Shape shape, List<Sample> samples) {
    var tensor = TFloat32.tensorOf(shape.prepend(size));
    FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
    int length = Math.toIntExact(shape.size());
    for (int row = 0; row < size; row++) {
      var one = row < samples.size() ? samples.get(row).rows().get(name) : new float[length];
      values.offset((long) row * length).write(one, 0, length);
    }
    return tensor;
  }
}
