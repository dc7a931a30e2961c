package org.maejava.eval.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.maejava.savedmodel.Ranking;
import org.maejava.savedmodel.Signatures;

/**
 * How items are written, one after another.
 *
 * @param <T> what a model said of each
 */
sealed interface RowFormat<T> {

  /** What stands at the file's beginning once there are so many rows; its length never changes. */
  byte[] head(long rows);

  /** One item's row. */
  byte[] row(Item<T> item);

  /** NumPy's array format, version 1.0: float32 {@code [rows, width]}, little-endian. */
  record Npy(int width) implements RowFormat<float[]> {

    /** Of the head. */
    static final int HEAD_BYTES = 128;

    @Override
    public byte[] head(long rows) {
      var text =
          "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, width);
      int length = HEAD_BYTES - 10;
      return ByteBuffer.allocate(HEAD_BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
          .putShort((short) length)
          .put((text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(UTF_8))
          .array();
    }

    @Override
    public byte[] row(Item<float[]> item) {
      var bytes = ByteBuffer.allocate(Float.BYTES * width).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(item.answer());
      return bytes.array();
    }
  }

  /** The names of an array's rows, in order: a JSON object in each line. */
  record Names<T>() implements RowFormat<T> {
    @Override
    public byte[] head(long rows) {
      return new byte[0];
    }

    @Override
    public byte[] row(Item<T> item) {
      return RankingJsonl.line(RankingJsonl.start(item));
    }
  }

  /** Comma-separated values (RFC 4180), features in columns of their own. */
  record Csv(int width) implements RowFormat<float[]> {
    @Override
    public byte[] head(long rows) {
      var columns = new ArrayList<>(List.of("half", "index", "name", "label"));
      for (int i = 0; i < width; i++) {
        columns.add("f" + i);
      }
      return line(columns);
    }

    @Override
    public byte[] row(Item<float[]> item) {
      var columns = new ArrayList<>(start(item));
      for (float value : item.answer()) {
        columns.add(Float.toString(value));
      }
      return line(columns);
    }

    static List<String> start(Item<?> item) {
      return List.of(item.half(), Integer.toString(item.index()), item.name(), item.label());
    }

    static byte[] line(List<String> columns) {
      return (columns.stream().map(Csv::quoted).collect(Collectors.joining(",")) + "\n")
          .getBytes(UTF_8);
    }

    private static String quoted(String text) {
      return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
  }

  /** A JSON object in each line. */
  record Jsonl() implements RowFormat<float[]> {
    @Override
    public byte[] head(long rows) {
      return new byte[0];
    }

    @Override
    public byte[] row(Item<float[]> item) {
      var values = new JsonArray();
      for (float value : item.answer()) {
        values.add(value);
      }
      var json = RankingJsonl.start(item);
      json.add("features", values);
      return RankingJsonl.line(json);
    }
  }

  /** The likeliest classes as comma-separated values. */
  record RankingCsv(int count) implements RowFormat<Ranking> {
    @Override
    public byte[] head(long rows) {
      var columns = new ArrayList<>(List.of("half", "index", "name", "label"));
      for (int i = 1; i <= count; i++) {
        columns.add("class" + i);
        columns.add("probability" + i);
      }
      return Csv.line(columns);
    }

    @Override
    public byte[] row(Item<Ranking> item) {
      var columns = new ArrayList<>(Csv.start(item));
      for (var score : item.answer().top(count)) {
        columns.add(score.name());
        columns.add(Float.toString(score.probability()));
      }
      return Csv.line(columns);
    }
  }

  /** The likeliest classes as a JSON object in each line. */
  record RankingJsonl() implements RowFormat<Ranking> {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    @Override
    public byte[] head(long rows) {
      return new byte[0];
    }

    @Override
    public byte[] row(Item<Ranking> item) {
      var scores = new JsonArray();
      for (var score : item.answer().top(Signatures.TOP)) {
        var one = new JsonObject();
        one.addProperty("class", score.name());
        one.addProperty("probability", score.probability());
        scores.add(one);
      }
      var json = start(item);
      json.add("classes", scores);
      return line(json);
    }

    static JsonObject start(Item<?> item) {
      var json = new JsonObject();
      json.addProperty("half", item.half());
      json.addProperty("index", item.index());
      json.addProperty("name", item.name());
      json.addProperty("label", item.label());
      return json;
    }

    static byte[] line(JsonObject json) {
      return (GSON.toJson(json) + "\n").getBytes(UTF_8);
    }
  }
}
