package org.maejava.eval.probe;

import com.google.common.primitives.Ints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.maejava.config.Experiments;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Nothing;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Running;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.embed.ModelPass;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.Experiment;
import org.maejava.proto.UnreadableImage;

/**
 * Features of images, computed once for each model and view, whoever asks and whatever subset of
 * the images it asks for. They are held in memory: four bytes for each value, so that a million
 * images of width 768 take 3 GB.
 */
public final class FeatureStore {

  private static final int NAMED = 5;

  private final Map<String, OfView> views = new HashMap<>();

  /** What came of an image: its features, or why there are none. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  private record Row(float[] values, Optional<UnreadableImage> unreadable) {}

  /** One model and view: by root source, the rows of its images. */
  private static final class OfView {
    private final IdentityHashMap<Source, Row[]> rows = new IdentityHashMap<>();
    private long parameters;
    private int compared;

    Optional<Row> row(Source.Origin origin) {
      var all = rows.get(origin.source());
      return all == null ? Optional.empty() : Optional.ofNullable(all[origin.index()]);
    }

    void put(Source.Origin origin, Row row) {
      rows.computeIfAbsent(origin.source(), source -> new Row[source.size()])[origin.index()] = row;
    }
  }

  /**
   * What was asked for.
   *
   * @param training of the training half
   * @param evaluation of the evaluation half
   * @param parameters values of the encoder
   * @param compared tensors of the encoder whose bytes were found unchanged after the last pass
   */
  public record Halves(Features training, Features evaluation, long parameters, int compared) {}

  /**
   * The features of both halves; those that are not there yet are computed.
   *
   * @param experiment whose model, evaluation view and pooling count
   * @param start the weights; empty: random ones, drawn by the seed
   * @throws DataException if more images than the recipe allows cannot be read, or a half has none
   *     left
   * @throws StoppedException if asked to stop
   */
  public Halves of(
      ImageSet images,
      Experiment experiment,
      Optional<Pretrained> start,
      long seed,
      Running running)
      throws IOException {
    var view = views.computeIfAbsent(key(experiment, start, seed), key -> new OfView());
    var missing = List.of(missing(view, images.training()), missing(view, images.evaluation()));
    if (missing.stream().anyMatch(half -> half.length > 0)) {
      try (var encoder = new FrozenEncoder(experiment, start, seed, running.machine())) {
        compute(view, encoder, images.training(), missing.get(0), running);
        compute(view, encoder, images.evaluation(), missing.get(1), running);
        view.parameters = encoder.parameters();
        view.compared = encoder.requireUnchanged();
      }
    }
    double share = experiment.getData().getMaxUnreadableShare();
    return new Halves(
        collected(view, images.training(), share),
        collected(view, images.evaluation(), share),
        view.parameters,
        view.compared);
  }

  /** What determines features. */
  private static String key(Experiment experiment, Optional<Pretrained> start, long seed) {
    var view = experiment.toBuilder().clearTraining();
    view.getDataBuilder().clearLabelledImages();
    return Experiments.fingerprint(view.build())
        + " "
        + start.map(Pretrained::digest).orElse("random " + seed);
  }

  private static int[] missing(OfView view, Source source) {
    var missing = new ArrayList<Integer>();
    for (int i = 0; i < source.size(); i++) {
      if (view.row(source.origin(i)).isEmpty()) {
        missing.add(i);
      }
    }
    return Ints.toArray(missing);
  }

  private static void compute(
      OfView view, FrozenEncoder encoder, Source source, int[] missing, Running running)
      throws IOException {
    var wanted = source.subset(missing);
    var pass =
        new ModelPass<>(
            new ImageSet("", wanted, new Nothing("")),
            encoder.images(),
            pixels -> Arrays.asList(encoder.pooled(pixels)),
            running.machine().threads());
    int[] done = {0};
    boolean whole =
        pass.run(
            0,
            batch -> {
              for (var item : batch.items()) {
                view.put(wanted.origin(item.index()), new Row(item.answer(), Optional.empty()));
              }
              skipped(view, wanted, done[0], batch);
              done[0] = batch.done();
              return !running.stop().getAsBoolean() || batch.done() == wanted.size();
            });
    if (!whole) {
      throw new StoppedException(
          String.format(Locale.ROOT, "at features of image %,d of %,d", done[0], wanted.size()));
    }
  }

  /** Those of the batch without an answer are, in order, the unreadable ones. */
  private static void skipped(
      OfView view, Source wanted, int from, ModelPass.Batch<float[]> batch) {
    var unreadable = batch.unreadable().iterator();
    for (int i = from; i < batch.done() && unreadable.hasNext(); i++) {
      var origin = wanted.origin(i);
      if (view.row(origin).isEmpty()) {
        view.put(origin, new Row(new float[0], Optional.of(unreadable.next())));
      }
    }
  }

  private static Features collected(OfView view, Source source, double share) {
    var rows = new ArrayList<float[]>();
    var labels = new ArrayList<Integer>();
    var names = new ArrayList<String>();
    var unreadable = new ArrayList<UnreadableImage>();
    for (int i = 0; i < source.size(); i++) {
      var row = view.row(source.origin(i)).orElseThrow();
      if (row.unreadable().isPresent()) {
        unreadable.add(row.unreadable().get());
      } else if (source.label(i) != Example.UNLABELLED) {
        rows.add(row.values());
        labels.add(source.label(i));
        names.add(source.get(i).name());
      }
    }
    if (unreadable.size() > share * source.size() || rows.isEmpty()) {
      throw new DataException(tooMany(unreadable, source, share));
    }
    return new Features(rows.toArray(float[][]::new), Ints.toArray(labels), names, unreadable);
  }

  private static String tooMany(List<UnreadableImage> unreadable, Source source, double share) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d images cannot be read, more than data.max_unreadable_share %s allows: %s%s;"
            + " repair or remove them (`mae data verify` names all), or raise the share with --set 'data { max_unreadable_share: 0.1 }'",
        unreadable.size(),
        source.size(),
        share,
        String.join(
            ", ",
            unreadable.stream()
                .limit(NAMED)
                .map(image -> "%s (%s)".formatted(image.getName(), image.getReason()))
                .toList()),
        unreadable.size() > NAMED ? ", …" : "");
  }
}
