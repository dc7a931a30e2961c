package org.maejava.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** One file of golden numbers, written once by the published code (PyTorch, CPU, float32). */
public final class Golden implements AutoCloseable {

  private final Safetensors file;

  private Golden(Safetensors file) {
    this.file = file;
  }

  /** A file of the test resources, without its ending. */
  public static Golden open(String name) {
    try {
      return new Golden(Safetensors.open(path(name + ".safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where a golden file lies; a missing one fails. Modules that see it inside this module's test
   * jar get a temporary copy, since weights are mapped.
   */
  public static Path path(String fileName) {
    var url = Golden.class.getResource("/golden/" + fileName);
    if (url == null) {
      throw new AssertionError("the golden file " + fileName + " is missing from test resources");
    }
    try {
      return url.getProtocol().equals("file") ? Path.of(url.toURI()) : copy(url, fileName);
    } catch (URISyntaxException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path copy(URL url, String fileName) throws IOException {
    var folder = Files.createTempDirectory("golden");
    var file = folder.resolve(fileName);
    try (var source = url.openStream()) {
      Files.copy(source, file);
    }
    // In this order: what is registered last goes first.
    folder.toFile().deleteOnExit();
    file.toFile().deleteOnExit();
    return file;
  }

  /** A JSON file of the test resources. */
  public static JsonElement json(String name) {
    try {
      return JsonParser.parseString(Files.readString(path(name + ".json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public float[] floats(String name) {
    return file.floats(name);
  }

  public List<Integer> shape(String name) {
    var shape = file.shapes().get(name);
    if (shape == null) {
      throw new AssertionError("no golden tensor " + name + " in " + file.shapes().keySet());
    }
    return shape;
  }

  /** Names under a prefix such as {@code "grad."}, without it. */
  public List<String> under(String prefix) {
    return file.shapes().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /** The tensors under a prefix, as weights. */
  public WeightSource weights(String prefix) {
    return new WeightSource() {
      @Override
      public Map<String, List<Integer>> shapes() {
        var shapes = new LinkedHashMap<String, List<Integer>>();
        under(prefix).forEach(name -> shapes.put(name, shape(prefix + name)));
        return shapes;
      }

      @Override
      public float[] floats(String name) {
        return file.floats(prefix + name);
      }
    };
  }

  /** Slice {@code index} along the first axis, with the rest's shape. */
  public TFloat32 slice(String name, int index) {
    var shape = shape(name);
    var rest = shape.subList(1, shape.size());
    int size = rest.stream().reduce(1, Math::multiplyExact);
    var values = new float[size];
    System.arraycopy(floats(name), index * size, values, 0, size);
    return tensor(values, rest);
  }

  /** Images {@code [.., B, C, H, W]} at {@code index}, as {@code [B, H, W, C]}. */
  public TFloat32 images(String name, int index) {
    var shape = shape(name);
    int batch = shape.get(1);
    int channels = shape.get(2);
    int height = shape.get(3);
    int width = shape.get(4);
    var all = floats(name);
    int at = index * batch * channels * height * width;
    var values = new float[batch * channels * height * width];
    for (int b = 0; b < batch; b++) {
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            values[((b * height + y) * width + x) * channels + c] = all[at++];
          }
        }
      }
    }
    return tensor(values, List.of(batch, height, width, channels));
  }

  /** A tensor of given values. */
  public static TFloat32 tensor(float[] values, List<Integer> shape) {
    return TFloat32.tensorOf(
        Shape.of(shape.stream().mapToLong(Integer::longValue).toArray()),
        DataBuffers.of(values, true, false));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
