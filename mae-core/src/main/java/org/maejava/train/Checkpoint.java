package org.maejava.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.Rewind;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a run needs to go on, as a folder {@code step-00000120}: {@code weights.safetensors}
 * (exactly the published names), {@code optimizer.safetensors}, {@code average.safetensors} if a
 * moving average of the weights is kept (the same names), and {@code state.json}.
 *
 * <p>It is written under another name, synced, and renamed when it is whole; {@code state.json}
 * holds the digests of the others. So a killed process never leaves a half checkpoint that is taken
 * for a whole one.
 *
 * @param folder where it lies
 * @param state step, position, recipe
 */
public record Checkpoint(Path folder, CheckpointState state) {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String AVERAGE = "average.safetensors";
  private static final String STATE = "state.json";
  private static final String PREFIX = "step-";
  private static final String PARTIAL = ".partial";

  /**
   * Writes a checkpoint of a graph under a run's checkpoint folder.
   *
   * @throws IOException naming the file; earlier checkpoints are untouched
   */
  static Checkpoint write(Path checkpoints, CheckpointState state, TrainingGraph graph)
      throws IOException {
    var files = ImmutableMap.<String, WeightSource>builder();
    files.put(WEIGHTS, graph.weights()).put(OPTIMIZER, graph.optimizerState());
    if (graph.averages().isPresent()) {
      files.put(AVERAGE, graph.trained());
    }
    return write(checkpoints, state, files.buildOrThrow());
  }

  /** As above, from the tensors of each file. */
  static Checkpoint write(Path checkpoints, CheckpointState state, Map<String, WeightSource> files)
      throws IOException {
    var partial = checkpoints.resolve(name(state.getStep()) + PARTIAL);
    var folder = checkpoints.resolve(name(state.getStep()));
    try {
      delete(partial);
      Files.createDirectories(partial);
      var complete = state.toBuilder();
      for (var file : files.entrySet()) {
        var path = partial.resolve(file.getKey());
        complete.putDigests(
            file.getKey(), SafetensorsWriter.write(path, file.getValue(), Map.of()));
      }
      writeSynced(partial.resolve(STATE), json(complete.build()));
      sync(partial);
      // Only a damaged checkpoint of this step can be in the way: a whole one was resumed from.
      delete(folder);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      sync(checkpoints);
      return new Checkpoint(folder, complete.build());
    } catch (IOException | RuntimeException e) {
      delete(partial);
      throw e;
    }
  }

  private static String name(int step) {
    return PREFIX + "%08d".formatted(step);
  }

  private static String json(CheckpointState state) throws IOException {
    return JsonFormat.printer().preservingProtoFieldNames().print(state);
  }

  /**
   * Takes a run back: later checkpoints are deleted, and this one goes on with a scaled rate.
   *
   * @param checkpoints the run's
   * @param step of the checkpoint to go on from
   * @param rateScale multiplies the rate from there on, on top of earlier rewinds
   * @throws IOException if there is no whole checkpoint of that step, naming those that there are
   */
  public static Checkpoint rewind(Path checkpoints, int step, double rateScale) throws IOException {
    var folder = checkpoints.resolve(name(step));
    var state =
        at(checkpoints, step).state().toBuilder()
            .addRewinds(Rewind.newBuilder().setStep(step).setRateScale(rateScale))
            .build();
    // First, so that being killed in between leaves a run that can be rewound again.
    var all = folders(checkpoints);
    for (var later : all.subList(0, all.indexOf(folder))) {
      delete(later);
    }
    var written = folder.resolve(STATE + PARTIAL);
    Files.deleteIfExists(written);
    writeSynced(written, json(state));
    Files.move(written, folder.resolve(STATE), StandardCopyOption.ATOMIC_MOVE);
    sync(folder);
    return new Checkpoint(folder, state);
  }

  /** The newest whole checkpoint; damaged ones are named in the log and passed over. */
  public static Optional<Checkpoint> latest(Path checkpoints) throws IOException {
    for (var folder : folders(checkpoints)) {
      try {
        return Optional.of(open(folder));
      } catch (IOException e) {
        LOG.warn("passing over a damaged checkpoint: {}", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * The checkpoint of one step.
   *
   * @throws IOException if there is no whole one, naming those that there are
   */
  public static Checkpoint at(Path checkpoints, int step) throws IOException {
    var folder = checkpoints.resolve(name(step));
    var all = folders(checkpoints);
    if (!all.contains(folder)) {
      throw new IOException(
          "%s has no checkpoint of step %d; there are %s"
              .formatted(checkpoints, step, all.stream().map(Path::getFileName).toList()));
    }
    return open(folder);
  }

  /**
   * Opens one checkpoint and compares its files with their digests.
   *
   * @throws IOException naming what is missing or changed
   */
  public static Checkpoint open(Path folder) throws IOException {
    var file = folder.resolve(STATE);
    if (!Files.isRegularFile(file)) {
      throw new IOException(folder + " is no checkpoint: it has no " + STATE);
    }
    var state = CheckpointState.newBuilder();
    try {
      JsonFormat.parser().merge(Files.readString(file, UTF_8), state);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(file + " is not a checkpoint's state: " + e.getMessage(), e);
    }
    for (var name : Sets.union(Set.of(WEIGHTS, OPTIMIZER), state.getDigestsMap().keySet())) {
      checkDigest(folder.resolve(name), state.getDigestsOrDefault(name, "none"));
    }
    return new Checkpoint(folder, state.build());
  }

  private static void checkDigest(Path file, String expected) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing");
    }
    var actual = MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    if (!actual.equals(expected)) {
      throw new IOException(
          "%s has the SHA-256 %s but %s was written".formatted(file, actual, expected));
    }
  }

  /** Deletes all but the newest. */
  public static void prune(Path checkpoints, int keep) throws IOException {
    for (var old : folders(checkpoints).stream().skip(keep).toList()) {
      delete(old);
    }
  }

  /** The parameters; the caller closes the file. */
  public Safetensors weights() throws IOException {
    return Safetensors.open(folder.resolve(WEIGHTS));
  }

  /** The optimiser's state; the caller closes the file. */
  public Safetensors optimizer() throws IOException {
    return Safetensors.open(folder.resolve(OPTIMIZER));
  }

  /** The moving average of the parameters, under all their names; the caller closes the file. */
  public Optional<Safetensors> average() throws IOException {
    return state.containsDigests(AVERAGE)
        ? Optional.of(Safetensors.open(folder.resolve(AVERAGE)))
        : Optional.empty();
  }

  /** What the run is for: the average if one is kept, else the parameters. */
  public Safetensors trained() throws IOException {
    var average = average();
    return average.isPresent() ? average.get() : weights();
  }

  /** Newest first. */
  private static List<Path> folders(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (var entries = Files.list(checkpoints)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches(PREFIX + "\\d+"))
          .sorted(Comparator.comparing(Path::getFileName).reversed())
          .toList();
    }
  }

  private static void writeSynced(Path file, String text) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var bytes = UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new IOException("%s could not be written: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Makes a folder's entries durable, where the file system knows how. */
  private static void sync(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.debug("{} cannot be synced", folder, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
