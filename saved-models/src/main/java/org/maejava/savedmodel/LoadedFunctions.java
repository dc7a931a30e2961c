package org.maejava.savedmodel;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/**
 * The functions of a loaded model: what they are called with is checked, and none runs once the
 * model is closed.
 */
final class LoadedFunctions implements AutoCloseable {

  private final Path folder;
  private final SavedModelBundle bundle;
  private final Map<String, ModelFunction> functions;
  private final ReadWriteLock closing = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * Of a bundle, which is closed with this.
   *
   * @param folder for messages
   */
  LoadedFunctions(Path folder, SavedModelBundle bundle) {
    this.folder = folder;
    this.bundle = bundle;
    functions =
        bundle.signatures().stream()
            .map(ModelFunction::of)
            .collect(Collectors.toMap(ModelFunction::name, function -> function));
  }

  /** By name. */
  List<ModelFunction> all() {
    return functions.values().stream().sorted(Comparator.comparing(ModelFunction::name)).toList();
  }

  /**
   * One of them.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  ModelFunction named(String name) {
    var function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException(
          "%s has no function %s; it has %s"
              .formatted(
                  folder,
                  name,
                  all().stream().map(ModelFunction::name).collect(Collectors.joining(", "))));
    }
    return function;
  }

  /**
   * Calls a function with arrays.
   *
   * @param inputs by name, a row for each image
   * @param outputs those that are wanted, by name
   * @return one array for each wanted output, in order
   * @throws IllegalArgumentException if an input does not fit, or there is no such output
   */
  List<float[][]> rows(String function, Map<String, float[][]> inputs, String... outputs) {
    var tensors = new LinkedHashMap<String, TFloat32>();
    try {
      inputs.forEach(
          (input, rows) ->
              tensors.put(input, BatchArrays.toTensor(input, rows, named(function).input(input))));
      try (var result = run(function, tensors, outputs)) {
        return IntStream.range(0, outputs.length)
            .mapToObj(i -> BatchArrays.fromTensor(result.get(i)))
            .toList();
      }
    } finally {
      tensors.values().forEach(TFloat32::close);
    }
  }

  /** Only what leads to the wanted outputs is computed; they come in their order. */
  Result run(String name, Map<String, ? extends Tensor> inputs, String... outputs) {
    var wanted = List.of(outputs);
    named(name).checkOutputs(wanted);
    return checked(
        name,
        inputs,
        () -> {
          var tensors = bundle.metaGraphDef().getSignatureDefOrThrow(name);
          var runner = bundle.session().runner();
          inputs.forEach(
              (input, tensor) -> runner.feed(tensors.getInputsOrThrow(input).getName(), tensor));
          wanted.forEach(output -> runner.fetch(tensors.getOutputsOrThrow(output).getName()));
          return runner.run();
        });
  }

  /** See {@link SavedModel#call}. */
  Result call(String name, Map<String, ? extends Tensor> inputs) {
    return checked(name, inputs, () -> bundle.function(name).call(Map.copyOf(inputs)));
  }

  private Result checked(
      String name, Map<String, ? extends Tensor> inputs, Supplier<Result> function) {
    named(name).check(inputs);
    if (inputs.get(Signatures.IMAGES) instanceof TFloat32 images) {
      InputValues.checkPixels(Signatures.IMAGES, images);
    }
    if (inputs.get(Signatures.NOISE) instanceof TFloat32 noise) {
      InputValues.checkOrder(Signatures.NOISE, noise);
    }
    closing.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model of %s is closed".formatted(folder));
      }
      return function.get();
    } finally {
      closing.readLock().unlock();
    }
  }

  /** Waits for calls that are under way. */
  @Override
  public void close() {
    closing.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        bundle.close();
      }
    } finally {
      closing.writeLock().unlock();
    }
  }
}
