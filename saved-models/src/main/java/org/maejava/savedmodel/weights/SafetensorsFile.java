package org.maejava.savedmodel.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.maejava.weights.Safetensors;

/**
 * One safetensors file.
 *
 * @param file open
 */
record SafetensorsFile(Safetensors file) implements TensorFile {

  static SafetensorsFile open(Path file) throws IOException {
    return new SafetensorsFile(Safetensors.open(file));
  }

  @Override
  public String format() {
    return "safetensors file";
  }

  @Override
  public String type(String name) {
    return file.type(name).name();
  }

  @Override
  public Map<String, String> facts() {
    return file.metadata();
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    return file.shapes();
  }

  @Override
  public float[] floats(String name) {
    return file.floats(name);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
