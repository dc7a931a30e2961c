package org.maejava.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maejava.proto.CheckpointState;
import org.maejava.record.NewerFormatException;
import org.maejava.record.SealedJson;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFile;
import org.maejava.storage.WholeFolder;
import org.maejava.weights.FiniteWeights;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;

/**
 * Everything a run needs to go on, as a folder: {@code weights.safetensors} (exactly the published
 * names), {@code optimizer.safetensors}, {@code average.safetensors} if a moving average of the
 * weights is kept (the same names), and {@code state.json}.
 *
 * <p>The folder is there whole or not at all, and {@code state.json} holds the digests of the other
 * files and its own. So neither a killed process nor a damaged disk leaves a checkpoint that is
 * taken for a whole one.
 *
 * @param folder where it lies, one of the run's {@link Checkpoints}
 * @param state step, position, recipe
 */
public record Checkpoint(Path folder, CheckpointState state) {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String AVERAGE = "average.safetensors";
  private static final String STATE = "state.json";

  /**
   * What a graph has to be saved, by the name of the file that takes it. What is not finite cannot
   * be read from it: nobody could go on from such a checkpoint.
   */
  static Map<String, WeightSource> files(TrainingGraph graph) {
    var files = ImmutableMap.<String, WeightSource>builder();
    files.put(WEIGHTS, new FiniteWeights("the weights", graph.weights()));
    files.put(OPTIMIZER, new FiniteWeights("the optimiser's state", graph.optimizerState()));
    if (graph.averages().isPresent()) {
      files.put(AVERAGE, new FiniteWeights("the weights' average", graph.trained()));
    }
    return files.buildOrThrow();
  }

  /**
   * Writes a checkpoint; an older folder of that name is replaced.
   *
   * @param files tensors by the name of their file
   * @throws IOException naming the file
   */
  static Checkpoint write(Path folder, CheckpointState state, Map<String, WeightSource> files)
      throws IOException {
    var complete = state.toBuilder();
    WholeFolder.write(
        folder,
        partial -> {
          for (var file : files.entrySet()) {
            var path = partial.resolve(file.getKey());
            var digest = SafetensorsWriter.write(path, file.getValue(), Map.of());
            complete.putDigests(file.getKey(), digest);
          }
          Files.writeString(partial.resolve(STATE), SealedJson.text(complete.build()));
        });
    return new Checkpoint(folder, complete.build());
  }

  /** The same parameters with another state, in the place of this one. */
  Checkpoint with(CheckpointState changed) throws IOException {
    WholeFile.write(folder.resolve(STATE), SealedJson.text(changed).getBytes(UTF_8));
    return new Checkpoint(folder, changed);
  }

  /** Whether a folder is meant to be a checkpoint, damaged or not. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(STATE));
  }

  /**
   * Opens a checkpoint and compares its files with their digests.
   *
   * @throws NewerFormatException if a newer release wrote it
   * @throws IOException naming what is missing or changed
   */
  public static Checkpoint open(Path folder) throws IOException {
    var file = folder.resolve(STATE);
    if (!Files.isRegularFile(file)) {
      throw new IOException(folder + " is not a checkpoint: it has no " + STATE);
    }
    var state = CheckpointState.newBuilder();
    try {
      SealedJson.read(Files.readString(file), state, SealedJson.Newer.REFUSED);
    } catch (NewerFormatException e) {
      throw new NewerFormatException(file.toString(), e);
    } catch (IOException e) {
      throw new IOException(file + " is not a checkpoint's state: " + IoReason.of(e), e);
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

  /** The parameters; the caller closes the file. */
  public Safetensors weights() throws IOException {
    return Safetensors.open(folder.resolve(WEIGHTS));
  }

  /** The optimiser's state; the caller closes the file. */
  Safetensors optimizer() throws IOException {
    return Safetensors.open(folder.resolve(OPTIMIZER));
  }

  /** The moving average of the parameters, under all their names; the caller closes the file. */
  Optional<Safetensors> average() throws IOException {
    return state.containsDigests(AVERAGE)
        ? Optional.of(Safetensors.open(folder.resolve(AVERAGE)))
        : Optional.empty();
  }

  /** What the run is for: the average if one is kept, else the parameters. */
  public Safetensors trained() throws IOException {
    var average = average();
    return average.isPresent() ? average.get() : weights();
  }
}
