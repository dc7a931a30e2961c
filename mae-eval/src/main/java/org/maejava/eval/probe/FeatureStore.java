package org.maejava.eval.probe;

import com.google.common.primitives.Ints;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.maejava.config.Experiments;
import org.maejava.data.UnreadableShare;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Nothing;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Running;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.embed.ModelPass;
import org.maejava.eval.proto.FeatureRows;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.Experiment;
import org.maejava.proto.UnreadableImage;

/**
 * Features of images, computed once for each model and view, whoever asks and whatever subset of
 * the images it asks for. They are held in memory, four bytes for each value, so that a million
 * images of width 768 take 3 GB; and as much in files, for others and for later.
 */
public final class FeatureStore {

  /** Images in a file, so that not much is lost when a program is killed. */
  private static final int IN_A_FILE = 4096;

  private final FeatureFiles files;
  private final Map<String, OfView> views = new HashMap<>();

  /**
   * Features of this and of earlier programs.
   *
   * @param folder of their files; it is made when there is one
   */
  public FeatureStore(Path folder) {
    files = new FeatureFiles(folder);
  }

  /** What came of an image: its features, or why there are none. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  private record Row(float[] values, Optional<UnreadableImage> unreadable) {}

  /** One model and view: by root source, the rows of its images. */
  private static final class OfView {
    private final String key;
    private final IdentityHashMap<Source, Row[]> rows = new IdentityHashMap<>();
    private final IdentityHashMap<Source, FeatureRows.Builder> unwritten = new IdentityHashMap<>();
    private long parameters;
    private int compared;

    OfView(String key) {
      this.key = key;
    }

    Optional<Row> row(Source.Origin origin) {
      var all = rows.get(origin.source());
      return all == null ? Optional.empty() : Optional.ofNullable(all[origin.index()]);
    }

    void put(Source.Origin origin, Row row) {
      rows.computeIfAbsent(origin.source(), source -> new Row[source.size()])[origin.index()] = row;
    }

    /** Puts what was computed now, and is to be written. */
    void add(Source.Origin origin, Row row) {
      put(origin, row);
      var file = unwritten.computeIfAbsent(origin.source(), source -> FeatureRows.newBuilder());
      if (row.unreadable().isPresent()) {
        file.addUnreadablePlaces(origin.index()).addUnreadable(row.unreadable().get());
      } else {
        file.addPlaces(origin.index()).setValues(file.getValues().concat(bytes(row.values())));
      }
    }

    /** Puts what lies in files, once for each source. */
    void read(FeatureFiles files, Source half) throws IOException {
      for (int i = 0; i < half.size(); i++) {
        var source = half.origin(i).source();
        if (rows.containsKey(source)) {
          continue;
        }
        rows.put(source, new Row[source.size()]);
        for (var file : files.read(key, source)) {
          put(source, file);
        }
      }
    }

    private void put(Source source, FeatureRows file) {
      parameters = file.getParameters();
      compared = file.getCompared();
      for (int i = 0; i < file.getUnreadableCount(); i++) {
        var row = new Row(new float[0], Optional.of(file.getUnreadable(i)));
        put(new Source.Origin(source, file.getUnreadablePlaces(i)), row);
      }
      var values = file.getValues().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      int width = values.remaining() / Float.BYTES / Math.max(1, file.getPlacesCount());
      for (int place : file.getPlacesList()) {
        var row = new float[width];
        for (int i = 0; i < width; i++) {
          row[i] = values.getFloat();
        }
        put(new Source.Origin(source, place), new Row(row, Optional.empty()));
      }
    }

    /** Writes what is not written yet, after a look at the encoder that it is of. */
    void write(FeatureFiles files, FrozenEncoder encoder) throws IOException {
      parameters = encoder.parameters();
      compared = encoder.requireUnchanged();
      for (var file : unwritten.entrySet()) {
        files.write(
            key,
            file.getKey(),
            file.getValue().setParameters(parameters).setCompared(compared).build());
      }
      unwritten.clear();
    }

    private static ByteString bytes(float[] values) {
      var bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        bytes.putFloat(value);
      }
      return ByteString.copyFrom(bytes.flip());
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
    var view = views.computeIfAbsent(key(experiment, start, seed), OfView::new);
    view.read(files, images.training());
    view.read(files, images.evaluation());
    var missing = List.of(missing(view, images.training()), missing(view, images.evaluation()));
    if (missing.stream().anyMatch(half -> half.length > 0)) {
      try (var encoder = new FrozenEncoder(experiment, start, seed, running.machine())) {
        compute(view, encoder, images.training(), missing.get(0), running);
        compute(view, encoder, images.evaluation(), missing.get(1), running);
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

  private void compute(
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
                view.add(wanted.origin(item.index()), new Row(item.answer(), Optional.empty()));
              }
              skipped(view, wanted, done[0], batch);
              if (done[0] / IN_A_FILE < batch.done() / IN_A_FILE) {
                view.write(files, encoder);
              }
              done[0] = batch.done();
              running.watching().features(done[0], wanted.size());
              return !running.stop().getAsBoolean() || batch.done() == wanted.size();
            });
    view.write(files, encoder);
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
        view.add(origin, new Row(new float[0], Optional.of(unreadable.next())));
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
    var permitted = new UnreadableShare(source, share);
    if (permitted.isExceededBy(unreadable.size())) {
      throw permitted.exceededBy(unreadable);
    }
    return new Features(rows.toArray(float[][]::new), Ints.toArray(labels), names, unreadable);
  }
}
