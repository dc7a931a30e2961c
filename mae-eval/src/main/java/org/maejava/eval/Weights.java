package org.maejava.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.maejava.proto.Experiment;
import org.maejava.train.Checkpoint;
import org.maejava.weights.Safetensors;

/**
 * Trained weights as {@code --weights} names them; of a checkpoint with a moving average, that.
 *
 * @param name for records and messages
 * @param file open; the caller closes it
 * @param experiment that trained them, if they lie in a checkpoint
 */
public record Weights(String name, Safetensors file, Optional<Experiment> experiment)
    implements AutoCloseable {

  /**
   * Opens a run's folder (its newest checkpoint), a checkpoint, or a safetensors file.
   *
   * @throws IOException if it is none of them, or damaged
   */
  public static Weights open(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return new Weights(path.toString(), Safetensors.open(path), Optional.empty());
    }
    if (!Files.isDirectory(path)) {
      throw new IOException(
          "there are no weights at %s; give a run's folder, a checkpoint or a .safetensors file"
              .formatted(path));
    }
    var checkpoint = checkpoint(path);
    return new Weights(
        checkpoint.folder().toString(),
        checkpoint.trained(),
        Optional.of(checkpoint.state().getExperiment()));
  }

  private static Checkpoint checkpoint(Path folder) throws IOException {
    if (Files.exists(folder.resolve("state.json"))) {
      return Checkpoint.open(folder);
    }
    return new RunFolder(folder)
        .latest()
        .orElseThrow(
            () ->
                new IOException(
                    "%s holds no checkpoint; give a run's folder, a checkpoint or a .safetensors file"
                        .formatted(folder)));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
