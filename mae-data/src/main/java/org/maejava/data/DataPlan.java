package org.maejava.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.maejava.config.DataCheck;
import org.maejava.data.Dataset.Remainder;
import org.maejava.data.augment.Mixing;
import org.maejava.data.image.CenterCrop;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Normalizer;
import org.maejava.data.image.Resampler;
import org.maejava.model.MaskNoise;
import org.maejava.model.PatchGrid;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.UnreadableImage;
import org.maejava.random.Draws;
import org.maejava.train.Batch;
import org.tensorflow.ndarray.Shape;

/**
 * From a recipe to batches: what each task's batches hold and how an image gets there.
 *
 * <p>The data sets are plain values; only an opened cursor owns threads and tensors. A batch is a
 * function of (recipe, source, seed, position), whatever the number of workers.
 */
public final class DataPlan {

  /** Batches that are ready while a step runs; more would only cost memory. */
  private static final int BATCHES_AHEAD = 2;

  private final DataConfig data;
  private final ModelConfig model;
  private final Draws draws;
  private final long seed;
  private final int workers;
  private final Resampler resampler;
  private final Normalizer normalizer;
  private final CenterCrop centerCrop;
  private final Map<Source, Unreadable> unreadable = new LinkedHashMap<>();

  /**
   * A plan.
   *
   * @param model image size, channels, depth and masking; with its preset filled in
   * @param seed of the order and all draws
   * @param workers threads that decode
   * @throws IllegalArgumentException with everything that is missing or impossible in {@code data}
   */
  public DataPlan(DataConfig data, ModelConfig model, long seed, int workers) {
    checkArgument(workers > 0, "%s data workers; there must be at least one", workers);
    var problems = DataCheck.problems(data, model.getImage().getChannels());
    checkArgument(problems.isEmpty(), "%s", String.join("; ", problems));
    this.data = data;
    this.model = model;
    this.seed = seed;
    this.workers = workers;
    this.draws = new Draws(seed);
    var image = model.getImage();
    this.resampler = new Resampler(image.getHeight(), image.getWidth());
    this.normalizer = new Normalizer(data.getMeanList(), data.getStdList());
    this.centerCrop =
        new CenterCrop(image.getHeight(), image.getWidth(), data.getEvalCropFraction());
  }

  /**
   * Masked autoencoding: {@link Batch#IMAGES} and {@link Batch#NOISE}, epoch after epoch without
   * end, each shuffled anew; an epoch's last, smaller batch is left out.
   *
   * @throws DataException if the source has fewer images than a batch
   * @throws IllegalArgumentException if the recipe mixes images
   */
  public Dataset<Batch> pretraining(Source source, int batchSize) {
    checkArgument(!data.hasMixing(), "data.mixing needs labels; pre-training has none");
    return training(source, batchSize, List.of(maskNoise()));
  }

  /**
   * Training of a classifier: {@link Batch#IMAGES}, {@link Batch#LABELS} and {@link
   * Batch#DROP_PATH}, endless as in pre-training; images and labels mixed if the recipe says so.
   *
   * @param labelSmoothing share of the probability that is spread over all classes
   * @throws DataException if the source has no classes, or fewer images than a batch
   */
  public Dataset<Batch> classification(Source source, int batchSize, double labelSmoothing) {
    if (source.classes().isEmpty()) {
      throw new DataException("images without labels cannot be classified: " + source.about());
    }
    return training(source, batchSize, List.of(labels(source, labelSmoothing), dropPathNoise()));
  }

  /**
   * Every image once, in order, centred and unaugmented: {@link Batch#IMAGES}, {@link
   * Batch#WEIGHTS} and, if there are classes, one-hot {@link Batch#LABELS}. The last batch is
   * filled up with zeros of weight 0, which {@link Batch#size} does not count.
   */
  public Dataset<Batch> evaluation(Source source, int batchSize) {
    return source.classes().isEmpty()
        ? inOrder(source, batchSize, List.of(weight()))
        : inOrder(source, batchSize, List.of(weight(), labels(source, 0)));
  }

  /** As {@link #evaluation}, with {@link Batch#NOISE} instead of labels. */
  public Dataset<Batch> reconstruction(Source source, int batchSize) {
    return inOrder(source, batchSize, List.of(weight(), maskNoise()));
  }

  /** Full batches in an epoch of training, if every image can be read. */
  public static int batchesPerEpoch(Source source, int batchSize) {
    return source.size() / batchSize;
  }

  /** The images that could not be read so far, by all cursors of this plan. */
  public List<UnreadableImage> unreadable() {
    synchronized (unreadable) {
      return unreadable.values().stream().flatMap(of -> of.soFar().stream()).distinct().toList();
    }
  }

  /**
   * Counts a source's images that an interrupted run could not read towards the permitted share.
   */
  public void restore(Source source, List<UnreadableImage> before) {
    unreadable(source).restore(before);
  }

  private Dataset<Batch> training(Source source, int batchSize, List<Row> others) {
    if (batchSize > source.size()) {
      throw new DataException(
          String.format(
              "training.batch_size %,d is more than the %,d images there are: lower it or add some"
                  + " (%s)",
              batchSize, source.size(), source.about()));
    }
    var augmentation = Augmentation.of(data, model.getImage(), centerCrop, draws);
    int repeats = data.hasRepeatedAugmentation() ? data.getRepeatedAugmentation().getRepeats() : 1;
    var collation = collation(batchSize, others);
    return Dataset.of(source)
        .shuffle(seed)
        .repeat()
        .repeatEach(repeats)
        .mapWith(() -> reader(augmentation, others), workers)
        .keep(unreadable(source)::check)
        .batch(batchSize, Remainder.DROP, (samples, next) -> collation.of(mixed(samples), next))
        .prefetch(BATCHES_AHEAD);
  }

  private Dataset<Batch> inOrder(Source source, int batchSize, List<Row> others) {
    return Dataset.of(source)
        .mapWith(() -> reader(Augmentation.none(centerCrop, draws), others), workers)
        .keep(unreadable(source)::check)
        .batch(batchSize, Remainder.KEEP, collation(batchSize, others)::of)
        .prefetch(BATCHES_AHEAD);
  }

  private SampleReader reader(Augmentation augmentation, List<Row> others) {
    var decoder = new Decoder(model.getImage().getChannels());
    return new SampleReader(augmentation, resampler, normalizer, others, decoder);
  }

  /** A batch's samples mixed in place, if the recipe mixes. */
  private List<Sample> mixed(List<Sample> samples) {
    if (data.hasMixing()) {
      var image = model.getImage();
      var mixing = data.getMixing();
      new Mixing(
              image.getHeight(),
              image.getWidth(),
              image.getChannels(),
              mixing.getMixupAlpha(),
              mixing.getCutmixAlpha(),
              mixing.getProbability(),
              mixing.getCutmixProbability())
          .mix(
              samples.stream().map(sample -> sample.rows().get(Batch.IMAGES)).toList(),
              samples.stream().map(sample -> sample.rows().get(Batch.LABELS)).toList(),
              samples.get(0).place().draws(draws, "mixing"));
    }
    return samples;
  }

  private Row maskNoise() {
    var noise = MaskNoise.of(model);
    var patches = patches();
    return new Row(Batch.NOISE, Shape.of(patches), place -> noise.draw(at("mask", place)));
  }

  private long patches() {
    return PatchGrid.of(model).count();
  }

  private Row dropPathNoise() {
    int branches = 2 * model.getEncoder().getDepth();
    return new Row(
        Batch.DROP_PATH,
        Shape.of(branches),
        place -> {
          var random = at("drop-path", place);
          var noise = new float[branches];
          for (int branch = 0; branch < branches; branch++) {
            noise[branch] = random.nextFloat();
          }
          return noise;
        });
  }

  private static Row labels(Source source, double smoothing) {
    int classes = source.classes().size();
    return new Row(
        Batch.LABELS,
        Shape.of(classes),
        place -> {
          var probabilities = new float[classes];
          Arrays.fill(probabilities, (float) (smoothing / classes));
          probabilities[place.example().label()] = (float) (1 - smoothing + smoothing / classes);
          return probabilities;
        });
  }

  private static Row weight() {
    return new Row(Batch.WEIGHTS, Shape.scalar(), place -> new float[] {1});
  }

  private SplittableRandom at(String purpose, Place place) {
    return place.draws(draws, purpose);
  }

  private Collation collation(int batchSize, List<Row> others) {
    var image = model.getImage();
    var shapes = ImmutableMap.<String, Shape>builder();
    shapes.put(Batch.IMAGES, Shape.of(image.getHeight(), image.getWidth(), image.getChannels()));
    others.forEach(row -> shapes.put(row.name(), row.shape()));
    return new Collation(batchSize, shapes.buildOrThrow());
  }

  private Unreadable unreadable(Source source) {
    synchronized (unreadable) {
      return unreadable.computeIfAbsent(
          source, of -> new Unreadable(of, data.getMaxUnreadableShare()));
    }
  }
}
