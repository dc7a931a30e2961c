package org.maejava.weights;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Writes float tensors as a safetensors file, one at a time: the whole is never in memory. The file
 * is synced to the disk before the call returns.
 */
public final class SafetensorsWriter {

  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes every tensor of a source, in its order.
   *
   * @param file must not exist
   * @param metadata free text for the header
   * @return SHA-256 of the file, hexadecimal
   * @throws IOException naming the file
   * @throws IllegalArgumentException if a tensor has more or fewer values than its shape
   */
  public static String write(Path file, WeightSource source, Map<String, String> metadata)
      throws IOException {
    var hasher = Hashing.sha256().newHasher();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var header = header(source, metadata);
      hasher.putBytes(header.duplicate());
      writeAll(channel, header);
      for (var entry : source.shapes().entrySet()) {
        var values = source.floats(entry.getKey());
        checkArgument(
            values.length == count(entry.getValue()),
            "tensor %s of shape %s has %s values",
            entry.getKey(),
            entry.getValue(),
            values.length);
        var bytes =
            ByteBuffer.allocate(Math.multiplyExact(4, values.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        hasher.putBytes(bytes.duplicate());
        writeAll(channel, bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new IOException("%s could not be written: %s".formatted(file, e.getMessage()), e);
    }
    return hasher.hash().toString();
  }

  private static ByteBuffer header(WeightSource source, Map<String, String> metadata) {
    var header = new JsonObject();
    if (!metadata.isEmpty()) {
      var texts = new JsonObject();
      metadata.forEach(texts::addProperty);
      header.add("__metadata__", texts);
    }
    long offset = 0;
    for (var entry : source.shapes().entrySet()) {
      long end = offset + 4 * count(entry.getValue());
      header.add(entry.getKey(), entry(entry.getValue(), offset, end));
      offset = end;
    }
    // Padded with spaces so that the data is aligned for mapped access.
    var json = header.toString().getBytes(UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    var buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(json);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static long count(List<Integer> shape) {
    return shape.stream().mapToLong(n -> n).reduce(1, Math::multiplyExact);
  }

  private static JsonObject entry(Iterable<Integer> shape, long begin, long end) {
    var entry = new JsonObject();
    entry.addProperty("dtype", TensorType.F32.name());
    var dimensions = new JsonArray();
    shape.forEach(dimensions::add);
    entry.add("shape", dimensions);
    var offsets = new JsonArray();
    offsets.add(begin);
    offsets.add(end);
    entry.add("data_offsets", offsets);
    return entry;
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
