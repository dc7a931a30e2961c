package org.maejava.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.math.IntMath;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maejava.config.DataCheck;
import org.maejava.data.augment.Mixing;
import org.maejava.data.flow.Dataset;
import org.maejava.data.flow.Dataset.Remainder;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.TrainingConfig;
import org.maejava.proto.UnreadableImage;
import org.maejava.random.Draws;
import org.maejava.train.Batch;
import org.tensorflow.ndarray.Shape;

/**
 * From a recipe to batches: what each task's batches hold and how an image gets there.
 *
 * <p>The data sets are plain values; only an opened cursor holds threads and tensors. A batch is a
 * function of (recipe, source, seed, position), whatever the number of workers.
 */
public final class DataPlan {

  /** Batches that are prepared while a step runs; more would cost memory and save no time. */
  private static final int BATCHES_AHEAD = 2;

  private final DataConfig data;
  private final ModelConfig model;
  private final Draws draws;
  private final long seed;
  private final int workers;
  private final int rank;
  private final int world;
  private final SampleReaders readers;
  private final Map<Source, Unreadable> unreadable;
  private final boolean quiet;

  /**
   * A plan.
   *
   * @param model image size, channels, depth and masking; with its preset filled in
   * @param seed of the order and all draws
   * @param workers threads that decode
   * @throws IllegalArgumentException with everything that is missing or impossible in {@code data}
   */
  public DataPlan(DataConfig data, ModelConfig model, long seed, int workers) {
    this(data, model, seed, workers, 0, 1, new LinkedHashMap<>(), false);
  }

  /**
   * A plan for a few images that are to be shown: those that cannot be read are left out, however
   * many they are, and not logged; {@link #unreadable()} names them.
   */
  public static DataPlan ofFew(DataConfig data, ModelConfig model, long seed, int workers) {
    // Of a few images one that cannot be read is a large share, and no reason to show none.
    var all = data.toBuilder().setMaxUnreadableShare(1).build();
    return new DataPlan(all, model, seed, workers, 0, 1, new LinkedHashMap<>(), true);
  }

  private DataPlan(
      DataConfig data,
      ModelConfig model,
      long seed,
      int workers,
      int rank,
      int world,
      Map<Source, Unreadable> unreadable,
      boolean quiet) {
    checkArgument(workers > 0, "%s data workers; there must be at least one", workers);
    var problems = DataCheck.problems(data, model.getImage().getChannels());
    checkArgument(problems.isEmpty(), "%s", String.join("; ", problems));
    this.data = data;
    this.model = model;
    this.seed = seed;
    this.workers = workers;
    this.draws = new Draws(seed);
    this.rank = rank;
    this.world = world;
    this.unreadable = unreadable;
    this.quiet = quiet;
    this.readers = new SampleReaders(data, model.getImage(), draws);
  }

  /**
   * This plan's share for one of several workers. Of training: each batch of a single worker is
   * dealt out to the ranks, with the draws that a single worker would make for it, and images that
   * it would mix are in one share, if shares are even. Of evaluation: as many batches of a single
   * worker, one after the other. What the share cannot read, this plan names too.
   *
   * @param rank from 0
   * @param world number of workers
   */
  public DataPlan shard(int rank, int world) {
    checkArgument(
        world > 0 && rank >= 0 && rank < world,
        "rank %s of %s; it must be at least 0 and below the number of ranks",
        rank,
        world);
    return new DataPlan(data, model, seed, workers, rank, world, unreadable, quiet);
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
    return training(source, batchSize, List.of(BatchField.maskNoise(model, draws)));
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
    return training(
        source,
        batchSize,
        List.of(BatchField.labels(source, labelSmoothing), BatchField.dropPathNoise(model, draws)));
  }

  /**
   * Every image once, in order, centred and unaugmented: {@link Batch#IMAGES}, {@link
   * Batch#WEIGHTS} and, if there are classes, one-hot {@link Batch#LABELS}. The last batch is
   * filled up with zeros of weight 0, which {@link Batch#size} does not count.
   */
  public Dataset<Batch> evaluation(Source source, int batchSize) {
    return source.classes().isEmpty()
        ? inOrder(source, batchSize, List.of(BatchField.weight()))
        : inOrder(source, batchSize, List.of(BatchField.weight(), BatchField.labels(source, 0)));
  }

  /** As {@link #evaluation}, with {@link Batch#NOISE} instead of labels. */
  public Dataset<Batch> reconstruction(Source source, int batchSize) {
    return inOrder(
        source, batchSize, List.of(BatchField.weight(), BatchField.maskNoise(model, draws)));
  }

  /** Full batches in an epoch of training, if every image can be read. */
  public static int batchesPerEpoch(Source source, int batchSize) {
    return source.size() / batchSize;
  }

  /** Updates in an epoch of training, if every image can be read; an update may take batches. */
  public static int updatesPerEpoch(Source source, TrainingConfig training) {
    return batchesPerEpoch(source, training.getBatchSize()) / training.getAccumulationSteps();
  }

  /** The images that could not be read so far, by all cursors of this plan. */
  public List<UnreadableImage> unreadable() {
    synchronized (unreadable) {
      return unreadable.values().stream().flatMap(of -> of.soFar().stream()).distinct().toList();
    }
  }

  /** Those of one source. */
  public List<UnreadableImage> unreadable(Source source) {
    return unreadableOf(source).soFar();
  }

  /**
   * Counts a source's images that an interrupted run could not read towards the permitted share.
   */
  public void restore(Source source, List<UnreadableImage> before) {
    unreadableOf(source).restore(before);
  }

  /**
   * As {@link #restore}, for those that another worker could not read.
   *
   * @throws DataException if there are too many with them
   */
  public void add(Source source, List<UnreadableImage> others) {
    unreadableOf(source).add(others);
  }

  /**
   * Training's way to a sample in pieces, each from the encoded image on, for measuring what they
   * cost: {@code read}, {@code decode}, {@code resample}, {@code augment}.
   *
   * @param source to be read in training's order, endlessly
   */
  public Map<String, Dataset<?>> stages(Source source) {
    var stages = new LinkedHashMap<String, Dataset<?>>();
    for (var stage : SampleReader.Stage.values()) {
      stages.put(
          stage.name().toLowerCase(Locale.ROOT),
          Dataset.of(source)
              .shuffle(seed)
              .repeat()
              .mapWith(() -> readers.training(List.of()).upTo(stage), workers));
    }
    return stages;
  }

  private Dataset<Batch> training(Source source, int batchSize, List<BatchField> others) {
    if (batchSize > source.size() / world) {
      throw new DataException(
          String.format(
              "training.batch_size %,d is more than the %,d images there are: lower it or add some"
                  + " (%s)",
              batchSize, source.size(), source.about()));
    }
    int repeats = data.hasRepeatedAugmentation() ? data.getRepeatedAugmentation().getRepeats() : 1;
    var collation = collation(batchSize, others);
    return Dataset.of(source)
        .shuffle(seed)
        .shard(rank, world, batchSize)
        .repeat()
        .repeatEach(repeats)
        .mapWith(() -> readers.training(others), workers)
        .keep(unreadableOf(source)::check)
        .batch(batchSize, Remainder.DROP, (samples, next) -> collation.of(mixed(samples), next))
        .prefetch(BATCHES_AHEAD);
  }

  private static int batches(Source source, int batchSize) {
    return IntMath.divide(source.size(), batchSize, RoundingMode.CEILING);
  }

  /** The most batches that one of several workers may have of an {@link #evaluation}. */
  public static int evaluationBatches(Source source, int batchSize, int world) {
    return IntMath.divide(batches(source, batchSize), world, RoundingMode.CEILING);
  }

  private Dataset<Batch> inOrder(Source source, int batchSize, List<BatchField> others) {
    int batches = batches(source, batchSize);
    return Dataset.of(source)
        .part(
            Math.min(source.size(), batchSize * (batches * rank / world)),
            Math.min(source.size(), batchSize * (batches * (rank + 1) / world)))
        .mapWith(() -> readers.evaluation(others), workers)
        .keep(unreadableOf(source)::check)
        .batch(batchSize, Remainder.KEEP, collation(batchSize, others)::of)
        .prefetch(BATCHES_AHEAD);
  }

  /** A batch's samples mixed in place, if the recipe mixes. */
  private List<Sample> mixed(List<Sample> samples) {
    if (data.hasMixing()) {
      new Mixing(data.getMixing(), model.getImage())
          .mix(
              samples.stream().map(sample -> sample.rows().get(Batch.IMAGES)).toList(),
              samples.stream().map(sample -> sample.rows().get(Batch.LABELS)).toList(),
              samples.get(0).place().batch().draws(draws, "mixing"));
    }
    return samples;
  }

  private Collation collation(int batchSize, List<BatchField> others) {
    var image = model.getImage();
    var shapes = ImmutableMap.<String, Shape>builder();
    shapes.put(Batch.IMAGES, Shape.of(image.getHeight(), image.getWidth(), image.getChannels()));
    others.forEach(row -> shapes.put(row.name(), row.shape()));
    return new Collation(batchSize, shapes.buildOrThrow());
  }

  private Unreadable unreadableOf(Source source) {
    synchronized (unreadable) {
      return unreadable.computeIfAbsent(
          source, of -> new Unreadable(of, data.getMaxUnreadableShare(), quiet));
    }
  }
}
