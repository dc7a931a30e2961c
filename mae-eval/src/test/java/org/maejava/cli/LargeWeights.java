package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.maejava.golden.Golden;
import org.maejava.model.VitNames;

/** Weights that take long and fill a heap, in a file that is hardly there. */
final class LargeWeights {

  private LargeWeights() {}

  /** An encoder of one block, all zeros, in bytes: a quarter of what it is as floats. */
  static void write(Path file, int width) throws IOException {
    var shapes = new LinkedHashMap<String, List<Integer>>();
    try (var golden = Golden.open("mae_tiny_npl0")) {
      golden
          .weights("param.")
          .shapes()
          .forEach(
              (name, shape) -> {
                if (!VitNames.isDecoder(name) && !name.startsWith("blocks.1")) {
                  shapes.put(
                      name, shape.stream().map(n -> n % 32 == 0 ? n / 32 * width : n).toList());
                }
              });
    }
    var header = new StringBuilder("{");
    long end = 0;
    for (var entry : shapes.entrySet()) {
      long begin = end;
      end += entry.getValue().stream().mapToLong(n -> n).reduce(1, Math::multiplyExact);
      header
          .append(header.length() > 1 ? "," : "")
          .append(
              "\"%s\":{\"dtype\":\"U8\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(entry.getKey(), entry.getValue(), begin, end));
    }
    header.append('}');
    try (var channel = FileChannel.open(file, CREATE_NEW, WRITE, SPARSE)) {
      var start = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
      start.putLong(header.length()).put(header.toString().getBytes(UTF_8));
      channel.write(start.flip());
      channel.write(ByteBuffer.allocate(1), 8 + header.length() + end - 1);
    }
  }
}
