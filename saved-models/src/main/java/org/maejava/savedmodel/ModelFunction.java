package org.maejava.savedmodel;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * What an exported function takes and gives.
 *
 * @param name the signature's key
 * @param inputs by name
 * @param outputs by name
 */
public record ModelFunction(
    String name, Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs) {

  /**
   * Type and shape of an input or output.
   *
   * @param type of the values
   * @param shape dimensions, −1 where any size will do; the first is the batch
   */
  public record TensorSpec(DataType type, List<Long> shape) {

    public TensorSpec {
      shape = List.copyOf(shape);
    }

    /** Whether a tensor of that shape will do. */
    boolean accepts(List<Long> actual) {
      if (actual.size() != shape.size()) {
        return false;
      }
      for (int i = 0; i < shape.size(); i++) {
        if (shape.get(i) >= 0 ? !shape.get(i).equals(actual.get(i)) : actual.get(i) < 1) {
          return false;
        }
      }
      return true;
    }

    /** Such as {@code float32 [batch, 32, 32, 3]}. */
    @Override
    public String toString() {
      return typeName() + " " + shapeText();
    }

    private String typeName() {
      return type == DataType.DT_FLOAT
          ? "float32"
          : type.name().substring("DT_".length()).toLowerCase(Locale.ROOT);
    }

    private String shapeText() {
      var dimensions = new ArrayList<String>();
      for (int i = 0; i < shape.size(); i++) {
        long size = shape.get(i);
        dimensions.add(size >= 0 ? Long.toString(size) : i == 0 ? "batch" : "any");
      }
      return dimensions.stream().collect(joining(", ", "[", "]"));
    }
  }

  public ModelFunction {
    inputs = ImmutableMap.copyOf(inputs);
    outputs = ImmutableMap.copyOf(outputs);
  }

  static ModelFunction of(Signature signature) {
    return new ModelFunction(
        signature.key(), specs(signature.getInputs()), specs(signature.getOutputs()));
  }

  private static Map<String, TensorSpec> specs(
      Map<String, Signature.TensorDescription> descriptions) {
    var specs = new TreeMap<String, TensorSpec>();
    descriptions.forEach(
        (name, description) ->
            specs.put(name, new TensorSpec(description.dataType, dimensions(description.shape))));
    return specs;
  }

  private static List<Long> dimensions(Shape shape) {
    return shape.isUnknown() ? List.of() : Arrays.stream(shape.asArray()).boxed().toList();
  }

  /**
   * Type and shape of one input.
   *
   * @throws IllegalArgumentException if there is no such input
   */
  TensorSpec input(String input) {
    var spec = inputs.get(input);
    if (spec == null) {
      throw new IllegalArgumentException(
          "%s has no input %s; it is %s".formatted(name, input, this));
    }
    return spec;
  }

  /**
   * Accepts names of outputs.
   *
   * @throws IllegalArgumentException naming those that there are not
   */
  void checkOutputs(Collection<String> names) {
    var unknown = new TreeSet<>(names);
    unknown.removeAll(outputs.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no output %s; it has %s"
              .formatted(name, String.join(", ", unknown), outputs.keySet()));
    }
  }

  /**
   * Accepts tensors that the function can be called with.
   *
   * @throws IllegalArgumentException naming every input that is missing, unknown or of another type
   *     or shape
   */
  void check(Map<String, ? extends Tensor> tensors) {
    var problems = new ArrayList<String>();
    var unknown = new TreeSet<>(tensors.keySet());
    unknown.removeAll(inputs.keySet());
    unknown.forEach(
        name -> problems.add("%s is none of its inputs %s".formatted(name, inputs.keySet())));
    inputs.forEach(
        (input, spec) -> {
          var tensor = tensors.get(input);
          if (tensor == null) {
            problems.add("%s is missing (%s)".formatted(input, spec));
          } else {
            var actual = new TensorSpec(tensor.dataType(), dimensions(tensor.shape()));
            if (actual.type() != spec.type() || !spec.accepts(actual.shape())) {
              problems.add("%s is %s instead of %s".formatted(input, actual, spec));
            }
          }
        });
    if (problems.isEmpty()) {
      checkBatch(tensors, problems);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s cannot be called: %s".formatted(name, String.join("; ", problems)));
    }
  }

  private static void checkBatch(Map<String, ? extends Tensor> tensors, List<String> problems) {
    var sizes = new TreeMap<String, Long>();
    tensors.forEach(
        (name, tensor) -> {
          if (tensor.shape().numDimensions() > 0) {
            sizes.put(name, tensor.shape().get(0));
          }
        });
    if (sizes.values().stream().distinct().count() > 1) {
      problems.add("the inputs' batch sizes %s differ".formatted(sizes));
    }
  }

  /** Such as {@code features(images: float32 [batch, 32, 32, 3]) → average: …, features: …}. */
  @Override
  public String toString() {
    return "%s(%s) → %s".formatted(name, text(inputs), text(outputs));
  }

  private static String text(Map<String, TensorSpec> specs) {
    return specs.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(joining(", "));
  }
}
