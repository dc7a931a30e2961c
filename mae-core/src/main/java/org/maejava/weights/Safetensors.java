package org.maejava.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.ByteStreams;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A safetensors file opened for reading: an 8-byte header length, a JSON header, little-endian
 * data.
 *
 * <p>Own code because no Java reader handles files above 2 GiB. The header is checked whole on
 * opening (types, shapes against lengths, overlaps, gaps, end of file); tensors are read piece by
 * piece.
 */
public final class Safetensors implements WeightSource, AutoCloseable {

  /** The format's own limit. */
  private static final int MAX_HEADER = 100_000_000;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> metadata;

  private Safetensors(Path file, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    tensors = ImmutableMap.copyOf(header.tensors());
    metadata = ImmutableMap.copyOf(header.metadata());
  }

  /**
   * Opens and checks a file.
   *
   * @throws IOException if it cannot be read, or naming every fault of its header
   */
  public static Safetensors open(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return open(file, channel);
    } catch (CharacterCodingException e) {
      channel.close();
      throw new IOException(file + " is not a safetensors file: its header is not UTF-8", e);
    } catch (IOException e) {
      channel.close();
      throw new IOException(file + " is not a safetensors file: " + e.getMessage(), e);
    }
  }

  private static Safetensors open(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw new IOException("it has " + size + " bytes, not 8");
    }
    long headerLength = read(channel, 0, 8).getLong();
    if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
      throw new IOException(
          "its header claims %d bytes, of %d in the file (limit %d)"
              .formatted(headerLength, size, MAX_HEADER));
    }
    if (read(channel, 8, 1).get() != '{') {
      throw new IOException("its header is not a JSON object: it does not begin with a brace");
    }
    // Read as it comes: as one text, a header of the largest size would fill a small heap.
    var json = new InputStreamReader(stream(channel, headerLength), UTF_8.newDecoder());
    var header = new SafetensorsHeader(json, size - 8 - headerLength);
    return new Safetensors(file, channel, 8 + headerLength, header);
  }

  /** The header's bytes; the channel stays open. */
  private static InputStream stream(FileChannel channel, long headerLength) throws IOException {
    return ByteStreams.limit(Channels.newInputStream(channel.position(8)), headerLength);
  }

  /** Type, shape and place of every tensor, in the header's order. */
  Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /** The header's free text. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    return tensors.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().shape(), (a, b) -> a, LinkedHashMap::new));
  }

  /**
   * The type of one tensor's values in the file.
   *
   * @throws IllegalArgumentException if there is no tensor of that name
   */
  public TensorType type(String name) {
    return info(name).type();
  }

  private TensorInfo info(String name) {
    var info = tensors.get(name);
    if (info == null) {
      throw new IllegalArgumentException(
          "%s has no tensor %s; it has %s"
              .formatted(file, name, tensors.keySet().stream().limit(10).collect(joining(", "))));
    }
    return info;
  }

  @Override
  public float[] floats(String name) {
    var info = info(name);
    return WeightSource.joined(this, name, (info.end() - info.begin()) / info.type().bytes());
  }

  @Override
  public <E extends Exception> void pieces(String name, Taker<E> taker) throws E {
    var info = info(name);
    long most = (long) VALUES_AT_A_TIME * info.type().bytes();
    for (long from = info.begin(); from < info.end(); from += most) {
      var values = read(name, info, from, (int) Math.min(most, info.end() - from));
      taker.take(values, values.length);
    }
  }

  private float[] read(String name, TensorInfo info, long from, int bytes) {
    try {
      return info.type().toFloats(read(channel, dataStart + from, bytes));
    } catch (IOException e) {
      throw new IllegalStateException(file + ": tensor " + name + " could not be read", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("it ended early");
      }
    }
    return buffer.flip();
  }
}
