package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maejava.savedmodel.weights.Pickled.Global;
import org.maejava.savedmodel.weights.Pickled.Inert;
import org.maejava.savedmodel.weights.Pickled.None;
import org.maejava.savedmodel.weights.Pickled.Storage;
import org.maejava.savedmodel.weights.Pickled.Tensor;

/**
 * The closed list of classes and functions that a pickle may name, and what a call of one is read
 * as. Nothing is ever called: tensors and dictionaries become descriptions, the rest is inert.
 */
final class PickleGlobals {

  private static final Set<String> DICTIONARIES =
      ImmutableSet.of(
          "collections.OrderedDict",
          "collections.Counter",
          "builtins.dict",
          "easydict.EasyDict",
          "lightning.fabric.utilities.data.AttributeDict",
          "lightning_fabric.utilities.data.AttributeDict",
          "pytorch_lightning.utilities.parsing.AttributeDict");

  private static final Set<String> LISTS =
      ImmutableSet.of("builtins.list", "builtins.set", "builtins.frozenset", "torch.Size");

  private static final Set<String> TENSORS =
      ImmutableSet.of(
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3");

  private static final Set<String> PARAMETERS =
      ImmutableSet.of(
          "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state");

  private static final String TENSOR_OF_TYPE = "torch._tensor._rebuild_from_type_v2";
  private static final String DEFAULT_DICTIONARY = "collections.defaultdict";

  /** What training scripts and frameworks keep beside the weights. */
  private static final Set<String> INERT =
      ImmutableSet.of(
          "_codecs.encode",
          "argparse.Namespace",
          "builtins.bool",
          "builtins.bytearray",
          "builtins.bytes",
          "builtins.complex",
          "builtins.float",
          "builtins.int",
          "builtins.slice",
          "builtins.str",
          "builtins.tuple",
          "mmengine.logging.history_buffer.HistoryBuffer",
          "numpy.core.multiarray._reconstruct",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray._reconstruct",
          "numpy._core.multiarray.scalar",
          "numpy.dtype",
          "numpy.ndarray",
          "omegaconf.base.ContainerMetadata",
          "omegaconf.base.Metadata",
          "omegaconf.dictconfig.DictConfig",
          "omegaconf.listconfig.ListConfig",
          "omegaconf.nodes.AnyNode",
          "pathlib.Path",
          "pathlib.PosixPath",
          "pathlib.PurePath",
          "pathlib.PurePosixPath",
          "pathlib.PureWindowsPath",
          "pathlib.WindowsPath",
          "pathlib._local.PosixPath",
          "torch.Tensor",
          "torch.device",
          "torch.nn.parameter.Buffer",
          "torch.nn.parameter.Parameter",
          "torch.storage.UntypedStorage",
          "types.SimpleNamespace",
          "typing.Any");

  private PickleGlobals() {}

  /**
   * A name that a pickle brings.
   *
   * @throws IOException if it is not on the list
   */
  static Global named(String module, String name) throws IOException {
    var full = (module.equals("__builtin__") ? "builtins" : module) + "." + name;
    boolean known =
        DICTIONARIES.contains(full)
            || LISTS.contains(full)
            || TENSORS.contains(full)
            || PARAMETERS.contains(full)
            || full.equals(TENSOR_OF_TYPE)
            || full.equals(DEFAULT_DICTIONARY)
            || INERT.contains(full)
            || StorageTypes.isStorage(full)
            || StorageTypes.isType(full);
    if (!known) {
      throw new IOException(refusal(module, full));
    }
    return new Global(full);
  }

  private static String refusal(String module, String full) {
    if (module.startsWith("torch.nn.") || module.startsWith("timm.")) {
      return "it holds a whole module (%s), which is code; in PyTorch save its state_dict() alone"
          .formatted(quoted(full));
    }
    if (module.startsWith("torch.")) {
      return "it needs %s, which is not read: nothing but dense tensors is".formatted(quoted(full));
    }
    return "it asks for %s, which is not among the names that weights need; nothing of it was run"
        .formatted(quoted(full));
  }

  /** Names are the file's, and may be anything. */
  static String quoted(String name) {
    var plain = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    return plain.replaceAll("\\p{Cntrl}", "?");
  }

  /**
   * What a call is read as.
   *
   * @throws IOException if the arguments are not those of a dense tensor
   */
  static Object called(Global callee, List<Object> arguments) throws IOException {
    var name = callee.name();
    if (TENSORS.contains(name)) {
      return tensor(name, arguments);
    }
    if (PARAMETERS.contains(name)) {
      return tensorAt(arguments, 0, name);
    }
    if (name.equals(TENSOR_OF_TYPE)) {
      if (arguments.size() >= 3
          && arguments.get(0) instanceof Global rebuild
          && TENSORS.contains(rebuild.name())
          && arguments.get(2) instanceof List<?> inner
          && inner.size() <= TensorBounds.MAX_RANK) {
        return tensor(rebuild.name(), List.copyOf(inner));
      }
      throw new IOException("a call of %s has other arguments than a tensor's".formatted(name));
    }
    if (DICTIONARIES.contains(name)) {
      return dictionary(arguments);
    }
    if (name.equals(DEFAULT_DICTIONARY)) {
      return new LinkedHashMap<>();
    }
    if (LISTS.contains(name)) {
      return arguments.size() == 1 && arguments.get(0) instanceof List<?> list
          ? list
          : new ArrayList<>();
    }
    if (StorageTypes.isStorage(name) || StorageTypes.isType(name)) {
      throw new IOException("it calls the type " + name);
    }
    return new Inert(name, arguments);
  }

  @SuppressWarnings("unchecked") // maps are the reader's
  private static Map<Object, Object> dictionary(List<Object> arguments) throws IOException {
    if (arguments.size() == 1 && arguments.get(0) instanceof Map<?, ?> other) {
      return (Map<Object, Object>) other;
    }
    var map = new LinkedHashMap<Object, Object>();
    if (arguments.size() == 1 && arguments.get(0) instanceof List<?> pairs) {
      for (var pair : pairs) {
        if (!(pair instanceof List<?> two) || two.size() != 2 || !isKey(two.get(0))) {
          throw new IOException("a dictionary is made of something else than pairs");
        }
        map.put(two.get(0), two.get(1));
      }
    }
    return map;
  }

  /** Keys are hashed: none may hold others. */
  static boolean isKey(Object key) {
    return key instanceof String
        || key instanceof Number
        || key instanceof Boolean
        || key instanceof None;
  }

  private static Tensor tensorAt(List<Object> arguments, int index, String name)
      throws IOException {
    if (arguments.size() > index && arguments.get(index) instanceof Tensor tensor) {
      return tensor;
    }
    throw new IOException("a call of %s is not given a tensor".formatted(name));
  }

  private static Tensor tensor(String name, List<Object> arguments) throws IOException {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      throw new IOException("a call of %s has other arguments than a tensor's".formatted(name));
    }
    var type = "";
    if (name.endsWith("_v3")) {
      if (arguments.size() < 7 || !(arguments.get(6) instanceof Global given)) {
        throw new IOException("a call of %s has no type".formatted(name));
      }
      type = given.name();
    }
    var tensor =
        new Tensor(
            storage,
            type,
            offset,
            numbers(arguments.get(2), "shape"),
            numbers(arguments.get(3), "strides"));
    TensorBounds.check(tensor);
    return tensor;
  }

  private static List<Long> numbers(Object value, String what) throws IOException {
    if (value instanceof List<?> list && list.size() <= TensorBounds.MAX_RANK) {
      var numbers = new ArrayList<Long>();
      for (var number : list) {
        if (number instanceof Long whole) {
          numbers.add(whole);
        }
      }
      if (numbers.size() == list.size()) {
        return List.copyOf(numbers);
      }
    }
    throw new IOException("a tensor's %s are not a few whole numbers".formatted(what));
  }
}
