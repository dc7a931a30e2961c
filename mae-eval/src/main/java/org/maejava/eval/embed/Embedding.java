package org.maejava.eval.embed;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.proto.RowsRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.savedmodel.Ranking;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.Signatures;

/**
 * Every image of a data set through a model, into a file.
 *
 * @param model open
 * @param name of the model, as given
 * @param data whose images
 * @param workers threads that decode
 * @param progress told the number of images tried
 * @param stop asked after every batch
 */
public record Embedding(
    SavedModel model,
    String name,
    ImageSet data,
    int workers,
    IntConsumer progress,
    BooleanSupplier stop) {

  /** What takes an image that could not be read or the answer about one that could. */
  public interface Taker<T> {
    /** An answer. */
    void answer(Item<T> item);

    /** No answer. */
    void unreadable(UnreadableImage image);
  }

  /**
   * Writes features: {@code .npy} with the rows' names in {@code .npy.jsonl} beside it, {@code
   * .csv} or {@code .jsonl}; and hidden what they were made of, see {@link RowFiles}. A file that
   * is whole already stays; one that was begun is gone on with.
   *
   * @param output {@link Signatures#FEATURES} or {@link Signatures#AVERAGE}
   * @param overwrite whether a file that was made of something else is replaced
   * @return of a whole file or, if it was stopped, of what is done
   * @throws IllegalArgumentException if the file's ending is none of these, or the model has no
   *     such output
   */
  public RowsRecord features(String output, Path file, boolean overwrite) throws IOException {
    int width = width(output);
    var parts =
        switch (ending(file)) {
          case "npy" ->
              ImmutableMap.<Path, RowFormat<float[]>>of(
                  file, new RowFormat.Npy(width), names(file), new RowFormat.Names<>());
          case "csv" -> Map.<Path, RowFormat<float[]>>of(file, new RowFormat.Csv(width));
          case "jsonl" -> Map.<Path, RowFormat<float[]>>of(file, new RowFormat.Jsonl());
          default -> throw unknown(file, ".npy, .csv or .jsonl");
        };
    var pass =
        new ModelPass<>(
            data, model.images(), rows -> List.of(model.features(rows, output)), workers);
    var wanted = wanted(output).setWidth(width).build();
    return new RowFiles<>(parts).write(wanted, pass, watching(), overwrite);
  }

  /** As {@link #features}, the likeliest classes: {@code .csv} or {@code .jsonl}. */
  public RowsRecord classes(Path file, boolean overwrite) throws IOException {
    RowFormat<Ranking> format =
        switch (ending(file)) {
          case "csv" -> new RowFormat.RankingCsv(Math.min(Signatures.TOP, classCount()));
          case "jsonl" -> new RowFormat.RankingJsonl();
          default -> throw unknown(file, ".csv or .jsonl");
        };
    var pass = new ModelPass<>(data, model.images(), model::rankings, workers);
    return new RowFiles<>(Map.of(file, format))
        .write(wanted("classes").build(), pass, watching(), overwrite);
  }

  /**
   * The classes of every image, to whom it concerns.
   *
   * @return whether the end was reached
   */
  public boolean classes(Taker<Ranking> taker) throws IOException {
    return new ModelPass<>(data, model.images(), model::rankings, workers)
        .run(
            0,
            batch -> {
              batch.items().forEach(taker::answer);
              batch.unreadable().forEach(taker::unreadable);
              progress.accept(batch.done());
              return !stop.getAsBoolean();
            });
  }

  /** Where the names of an array's rows lie. */
  public static Path names(Path file) {
    return file.resolveSibling(file.getFileName() + ".jsonl");
  }

  private int width(String output) {
    var features =
        model.functions().stream()
            .filter(function -> function.name().equals(Signatures.FEATURES))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(name + " gives no features"));
    var spec = features.outputs().get(output);
    if (spec == null) {
      throw new IllegalArgumentException(
          "%s has no %s of its features; it has %s"
              .formatted(name, output, features.outputs().keySet()));
    }
    return Math.toIntExact(spec.shape().get(1));
  }

  /**
   * How many classes the model tells apart.
   *
   * @throws IllegalArgumentException if it is no classifier
   */
  private int classCount() {
    return model.functions().stream()
        .filter(function -> function.name().equals(Signatures.CLASSIFY))
        .findFirst()
        .flatMap(function -> Optional.ofNullable(function.outputs().get(Signatures.LOGITS)))
        .map(logits -> Math.toIntExact(logits.shape().get(1)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + " is no classifier: it gives features; see `mae embed`"));
  }

  private RowsRecord.Builder wanted(String content) throws IOException {
    return RowsRecord.newBuilder()
        .setModel(name)
        .setModelDigest(model.digest())
        .setData(data.spec())
        .setDataDigest(data.describe().getDigest())
        .setContent(content);
  }

  private RowFiles.Progress watching() {
    return new RowFiles.Progress() {
      @Override
      public void done(int images) {
        progress.accept(images);
      }

      @Override
      public boolean stop() {
        return stop.getAsBoolean();
      }
    };
  }

  private static String ending(Path file) {
    var text = file.toString();
    return text.substring(text.lastIndexOf('.') + 1);
  }

  private static IllegalArgumentException unknown(Path file, String known) {
    return new IllegalArgumentException(
        "--out %s ends in no format that can be written: %s".formatted(file, known));
  }
}
