package org.maejava.savedmodel;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
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

  /** Rows as a function's input takes them, to be closed. */
  TFloat32 tensor(String function, String input, float[][] rows) {
    return BatchArrays.toTensor(input, rows, named(function).input(input));
  }

  /** See {@link SavedModel#call}. */
  Result call(String name, Map<String, ? extends Tensor> inputs) {
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
      return bundle.function(name).call(Map.copyOf(inputs));
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
