package org.maejava.weights;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.maejava.storage.IoReason;

/**
 * Writes float tensors as a safetensors file, piece by piece: the whole is never in memory. A file
 * is synced to the disk before the call returns.
 */
public final class SafetensorsWriter {

  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes a new file; where an older one may be in its place, write to the stream of a {@link
   * org.maejava.storage.WholeFile}.
   *
   * @param file must not exist
   * @param metadata free text for the header
   * @return SHA-256 of the file, hexadecimal
   * @throws IOException naming the file
   * @throws IllegalArgumentException if a tensor has more or fewer values than its shape
   */
  public static String write(Path file, WeightSource source, Map<String, String> metadata)
      throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var digest = write(Channels.newOutputStream(channel), source, metadata);
      channel.force(true);
      return digest;
    } catch (IOException e) {
      throw new IOException("%s could not be written: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  /**
   * Writes every tensor of a source, in its order.
   *
   * @param out stays open
   * @param metadata free text for the header
   * @return SHA-256 of what was written, hexadecimal
   * @throws IllegalArgumentException if a tensor has more or fewer values than its shape
   */
  public static String write(OutputStream out, WeightSource source, Map<String, String> metadata)
      throws IOException {
    var hashed = new HashingOutputStream(Hashing.sha256(), out);
    hashed.write(header(source, metadata));
    var bytes = new FloatBytes();
    for (var entry : source.shapes().entrySet()) {
      long[] written = {0};
      source.<IOException>pieces(
          entry.getKey(),
          (values, count) -> {
            written[0] += count;
            bytes.<IOException>of(values, count, (some, size) -> hashed.write(some, 0, size));
          });
      checkArgument(
          written[0] == WeightSource.count(entry.getValue()),
          "tensor %s of shape %s has %s values",
          entry.getKey(),
          entry.getValue(),
          written[0]);
    }
    return hashed.hash().toString();
  }

  private static byte[] header(WeightSource source, Map<String, String> metadata) {
    var header = new JsonObject();
    if (!metadata.isEmpty()) {
      var texts = new JsonObject();
      metadata.forEach(texts::addProperty);
      header.add("__metadata__", texts);
    }
    long offset = 0;
    for (var entry : source.shapes().entrySet()) {
      long end = offset + 4 * WeightSource.count(entry.getValue());
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
    return buffer.array();
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
}
