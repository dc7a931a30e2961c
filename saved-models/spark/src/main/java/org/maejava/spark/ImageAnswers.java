package org.maejava.spark;

import com.google.common.base.Suppliers;
import com.google.common.collect.Iterators;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.savedmodel.EvenBatches;
import org.maejava.savedmodel.SavedModel;

/**
 * The answers about a partition's images, in their order and in batches; the model is opened at the
 * first. Of a batch the pixels are held, not the files.
 *
 * @param question what is asked of the model
 * @param at the images' place in a row
 */
record ImageAnswers(ImageQuestion question, int at) implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1;

  /** The images' column in Spark's {@code binaryFile}. */
  static final String CONTENT = "content";

  /** The column that says why there is no answer. */
  static final String REASON = "reason";

  /** Why there is no answer about null. */
  private static final String NOTHING = "there is no content";

  /** As in {@code mae embed}. */
  private static final int BATCH = 32;

  /** A row on its way: its other values, and pixels or why there are none. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  private record Prepared(List<@Nullable Object> values, float[] pixels, @Nullable String reason) {

    boolean isReadable() {
      return reason == null;
    }
  }

  /** A table of images → the same with answers instead of the images. */
  static Dataset<Row> over(ImageQuestion question, Dataset<Row> images, String column) {
    var schema = images.schema();
    check(question, schema, column);
    int at = schema.fieldIndex(column);
    var answered = new StructType();
    for (int i = 0; i < schema.length(); i++) {
      if (i != at) {
        answered = answered.add(schema.fields()[i]);
      }
    }
    return images.mapPartitions(
        new ImageAnswers(question, at),
        Encoders.row(
            answered.add(question.name(), question.type()).add(REASON, DataTypes.StringType)));
  }

  private static void check(ImageQuestion question, StructType schema, String column) {
    var problems = new ArrayList<String>();
    var names = Arrays.asList(schema.fieldNames());
    if (!names.contains(column)) {
      problems.add("there is no column %s among %s".formatted(column, names));
    } else if (!schema.apply(column).dataType().equals(DataTypes.BinaryType)) {
      problems.add(
          "column %s is %s instead of binary"
              .formatted(column, schema.apply(column).dataType().simpleString()));
    }
    for (var added : List.of(question.name(), REASON)) {
      if (!added.equals(column) && names.stream().anyMatch(added::equalsIgnoreCase)) {
        problems.add("a column %s, which is added, is there already".formatted(added));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("the images' table: " + String.join("; ", problems));
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Supplier<SavedModel> model = Suppliers.memoize(() -> opened(question));
    var prepared = Iterators.transform(rows, row -> prepared(row, model));
    var answered =
        Iterators.transform(
            Iterators.partition(prepared, BATCH), batch -> answered(batch, model).iterator());
    return Iterators.concat(answered);
  }

  /**
   * The answer about one image and why there is none, one of them null, as a row.
   *
   * @param image the whole file, or null
   */
  static Row one(ImageQuestion question, byte @Nullable [] image) {
    if (image == null) {
      return RowFactory.create(null, NOTHING);
    }
    var model = opened(question);
    try {
      var pixels = new float[][] {model.images().pixels(image)};
      return RowFactory.create(question.answers(model, pixels).get(0), null);
    } catch (UnreadableImageException e) {
      return RowFactory.create(null, e.reason());
    }
  }

  private static SavedModel opened(ImageQuestion question) {
    try {
      return ProcessModels.ofProcess().get(question.model());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Prepared prepared(Row row, Supplier<SavedModel> model) {
    var others = new ArrayList<@Nullable Object>();
    for (int i = 0; i < row.length(); i++) {
      if (i != at) {
        others.add(row.get(i));
      }
    }
    if (row.isNullAt(at)) {
      return new Prepared(others, new float[0], NOTHING);
    }
    try {
      return new Prepared(others, model.get().images().pixels(row.<byte[]>getAs(at)), null);
    } catch (UnreadableImageException e) {
      return new Prepared(others, new float[0], e.reason());
    }
  }

  private List<Row> answered(List<Prepared> batch, Supplier<SavedModel> model) {
    var readable = batch.stream().filter(Prepared::isReadable).map(Prepared::pixels).toList();
    var answers =
        EvenBatches.answers(readable, images -> question.answers(model.get(), images)).iterator();
    var rows = new ArrayList<Row>();
    for (var prepared : batch) {
      var values = new ArrayList<>(prepared.values);
      values.add(prepared.isReadable() ? answers.next() : null);
      values.add(prepared.reason);
      rows.add(RowFactory.create(values.toArray()));
    }
    return rows;
  }
}
