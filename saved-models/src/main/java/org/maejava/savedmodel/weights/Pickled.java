package org.maejava.savedmodel.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle is read as, beside strings, numbers, booleans, lists (for tuples and sets too) and
 * maps: descriptions, never the things themselves.
 */
sealed interface Pickled {

  /** Python's None. */
  enum None implements Pickled {
    /** The only one. */
    NONE
  }

  /**
   * A class or function on the list of those that are known.
   *
   * @param name with its module
   */
  record Global(String name) implements Pickled {}

  /**
   * Where the values of tensors lie.
   *
   * @param key of the storage in the file
   * @param type such as {@code torch.FloatStorage}
   * @param length in values; in bytes if it is untyped
   */
  record Storage(String key, String type, long length) implements Pickled {}

  /**
   * A tensor over a storage.
   *
   * @param type of its values, as PyTorch names it; empty: the storage's
   * @param offset of its first value in the storage, in values
   * @param shape row-major
   * @param strides in values
   */
  record Tensor(Storage storage, String type, long offset, List<Long> shape, List<Long> strides)
      implements Pickled {}

  /**
   * Anything else that was to be made, unmade.
   *
   * @param type what would have been called
   * @param arguments with these
   * @param attributes that it was to have
   */
  record Inert(String type, List<Object> arguments, Map<String, Object> attributes)
      implements Pickled {

    Inert(String type, List<Object> arguments) {
      this(type, arguments, new LinkedHashMap<>());
    }
  }
}
