package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files with tensors, told by what is in them, not by their names. */
final class TensorFiles {

  /** What a folder of Hugging Face's hub has, the better first. */
  private static final List<String> OF_A_FOLDER =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  /** How files begin that are taken for weights, and what they are. */
  private static final Map<String, String> OTHERS =
      ImmutableMap.<String, String>builder()
          .put(
              "version https://git-lfs",
              "Git LFS's pointer to a file; fetch the file itself with `git lfs pull`")
          .put("<", "a web page or XML; the download went wrong")
          .put("\u0089HDF\r\n", "HDF5, as Keras writes it")
          .put("\u001f\u008b", "compressed with gzip; unpack it first")
          .put("\u00fd7zXZ", "compressed with xz; unpack it first")
          .put("(\u00b5/\u00fd", "compressed with zstd; unpack it first")
          .put("GGUF", "GGUF")
          .put("\u0093NUMPY", "one NumPy array")
          .put("\u0089PNG", "a picture")
          .put("\u00ff\u00d8\u00ff", "a picture")
          .buildOrThrow();

  private TensorFiles() {}

  /**
   * Where the weights lie in a folder as libraries write it.
   *
   * @return empty if the folder has none
   */
  static Optional<Path> inFolder(Path folder) {
    return OF_A_FOLDER.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /**
   * Opens a file, an index of several, or a folder with either.
   *
   * @throws NoWeightsException naming the file and what it is instead
   * @throws IOException naming the file and what is wrong with it
   */
  static TensorFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException("there is no file " + path);
    }
    var file = path;
    if (Files.isDirectory(path)) {
      file =
          inFolder(path)
              .orElseThrow(
                  () ->
                      new NoWeightsException(
                          "%s holds none of %s".formatted(path, String.join(", ", OF_A_FOLDER))));
    }
    return file.toString().endsWith(".index.json") ? ShardedFile.open(file) : openFile(file);
  }

  /** Opens a single file. */
  static TensorFile openFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    var begin = beginning(file);
    if (begin.startsWith("PK")) {
      return PytorchFile.open(file, true);
    }
    if (begin.length() > 1 && begin.charAt(0) == 0x80 && begin.charAt(1) <= 5) {
      return PytorchFile.open(file, false);
    }
    for (var other : OTHERS.entrySet()) {
      if (begin.startsWith(other.getKey())) {
        throw new NoWeightsException(
            "%s is neither a PyTorch nor a safetensors file: it is %s"
                .formatted(file, other.getValue()));
      }
    }
    if (begin.startsWith("ustar", 257)) {
      throw new NoWeightsException(
          file + " is a tar archive, as PyTorch wrote before 0.1.10, or another; neither is read");
    }
    if (file.toString().endsWith(".safetensors") || isSafetensors(begin)) {
      return SafetensorsFile.open(file);
    }
    throw new NoWeightsException(
        "%s is neither a PyTorch nor a safetensors file: %s"
            .formatted(file, begin.isEmpty() ? "it is empty" : "it begins with " + hex(begin)));
  }

  private static boolean isSafetensors(String begin) {
    return begin.length() > 8 && begin.charAt(8) == '{';
  }

  private static String hex(String begin) {
    return HexFormat.ofDelimiter(" ")
        .formatHex(begin.substring(0, Math.min(8, begin.length())).getBytes(ISO_8859_1));
  }

  /** The first bytes, each as a character. */
  private static String beginning(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var buffer = ByteBuffer.allocate(264).order(ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until full or at the end.
      }
      return ISO_8859_1.decode(buffer.flip()).toString();
    }
  }
}
