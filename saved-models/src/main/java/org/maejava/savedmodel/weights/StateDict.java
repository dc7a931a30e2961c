package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maejava.savedmodel.weights.Pickled.Inert;
import org.maejava.savedmodel.weights.Pickled.Tensor;

/**
 * The one dictionary of a PyTorch file whose tensors are a model's.
 *
 * @param path its keys from the outermost dictionary, such as {@code model}; empty: that itself
 * @param tensors by name
 * @param others paths of other dictionaries with tensors that might have been meant
 * @param facts text, numbers and switches beside it, by path
 */
record StateDict(
    String path, Map<String, Tensor> tensors, List<String> others, Map<String, String> facts) {

  private static final int MAX_DEPTH = 4;
  private static final int MAX_FACTS = 1000;
  private static final int MAX_FACT = 200;

  /** Tensors here are not a model's. */
  private static final Set<String> BESIDE =
      ImmutableSet.of("optimizer", "optimizer_states", "optim", "scaler", "callbacks", "loops");

  /** Of a model's several versions the one that is meant to be used. */
  private static final List<String> PREFERRED =
      List.of("teacher", "model_ema", "state_dict_ema", "ema", "model", "state_dict");

  /**
   * Finds it.
   *
   * @throws IOException if there is none
   */
  static StateDict in(Object root) throws IOException {
    var search = new Search();
    search.visit("", root, 0);
    if (search.found.isEmpty()) {
      throw new IOException("it holds no dictionary of tensors");
    }
    var best =
        search.found.entrySet().stream()
            .max(
                Comparator.comparingInt(
                        (Map.Entry<String, Map<String, Tensor>> found) ->
                            recognised(found.getValue()))
                    .thenComparingInt(found -> -rank(found.getKey()))
                    .thenComparingInt(found -> found.getValue().size()))
            .orElseThrow();
    var others = new ArrayList<>(search.found.keySet());
    others.remove(best.getKey());
    return new StateDict(
        best.getKey(),
        ImmutableMap.copyOf(best.getValue()),
        List.copyOf(others),
        ImmutableMap.copyOf(search.facts));
  }

  private static int recognised(Map<String, Tensor> tensors) {
    return ForeignNames.of(tensors.keySet()).map(names -> names.published().size()).orElse(0);
  }

  private static int rank(String path) {
    int rank = PREFERRED.indexOf(path.replaceFirst(".*/", ""));
    return rank < 0 ? PREFERRED.size() : rank;
  }

  private static final class Search {
    private final Map<String, Map<String, Tensor>> found = new LinkedHashMap<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    void visit(String path, Object value, int depth) {
      if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
        visit(path, map, depth);
      } else if (value instanceof Inert inert && depth < MAX_DEPTH) {
        visit(path, inert.attributes(), depth);
      } else if ((value instanceof String || value instanceof Number || value instanceof Boolean)
          && facts.size() < MAX_FACTS) {
        var text = String.valueOf(value);
        if (text.length() <= MAX_FACT) {
          facts.put(path, text);
        }
      }
    }

    private void visit(String path, Map<?, ?> map, int depth) {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var entry : map.entrySet()) {
        if (entry.getKey() instanceof String name && !BESIDE.contains(name)) {
          if (entry.getValue() instanceof Tensor tensor) {
            tensors.put(name, tensor);
          } else {
            visit(path.isEmpty() ? name : path + "/" + name, entry.getValue(), depth + 1);
          }
        }
      }
      if (!tensors.isEmpty()) {
        found.put(path, tensors);
      }
    }
  }
}
