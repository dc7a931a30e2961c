package org.maejava.eval.embed;

import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.PriorityQueue;
import org.maejava.eval.proto.RowsRecord;

/** The images whose features are most like an image's, by the cosine between them. */
public final class Neighbours {

  private Neighbours() {}

  /**
   * One image.
   *
   * @param half {@code train} or {@code val}
   * @param index in its half
   * @param name as messages call it
   * @param label of its class, or empty
   * @param cosine 1 for the same direction, 0 for nothing in common
   */
  public record Neighbour(String half, int index, String name, String label, double cosine) {}

  private record Row(long row, double cosine) {}

  /**
   * Searches an array that {@link Embedding#features} wrote; the memory is that of one row.
   *
   * @param file {@code .npy}
   * @param record what it returned
   * @param query {@code [D]}
   * @return the most alike first
   */
  public static List<Neighbour> of(float[] query, Path file, RowsRecord record, int count)
      throws IOException {
    var best = new PriorityQueue<>(Comparator.comparingDouble(Row::cosine));
    try (var in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      in.skipNBytes(RowFormat.Npy.HEAD_BYTES);
      var bytes = new byte[Float.BYTES * record.getWidth()];
      var values = new float[record.getWidth()];
      for (long row = 0; row < record.getRows(); row++) {
        in.readFully(bytes);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        best.add(new Row(row, cosine(query, values)));
        if (best.size() > count) {
          best.remove();
        }
      }
    }
    return named(new ArrayList<>(best), Embedding.names(file));
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double lengthOfA = 0;
    double lengthOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      lengthOfA += (double) a[i] * a[i];
      lengthOfB += (double) b[i] * b[i];
    }
    return product / Math.max(1e-30, Math.sqrt(lengthOfA * lengthOfB));
  }

  private static List<Neighbour> named(List<Row> rows, Path names) throws IOException {
    var cosines = new HashMap<Long, Double>();
    rows.forEach(row -> cosines.put(row.row, row.cosine));
    var found = new ArrayList<Neighbour>();
    try (var lines = Files.newBufferedReader(names)) {
      long at = 0;
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var cosine = cosines.get(at++);
        if (cosine != null) {
          var item = JsonParser.parseString(line).getAsJsonObject();
          found.add(
              new Neighbour(
                  item.get("half").getAsString(),
                  item.get("index").getAsInt(),
                  item.get("name").getAsString(),
                  item.get("label").getAsString(),
                  cosine));
        }
      }
    }
    found.sort(Comparator.comparingDouble(Neighbour::cosine).reversed());
    return found;
  }
}
