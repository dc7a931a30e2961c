package org.maejava.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.maejava.model.PatchGrid;
import org.maejava.model.ResizedPositions;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.train.Checkpoint;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;

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
   * Opens a run's folder (its newest checkpoint), a checkpoint, an exported model, or a safetensors
   * file.
   *
   * @throws IOException if it is none of them, or damaged
   */
  public static Weights open(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return new Weights(path.toString(), Safetensors.open(path), Optional.empty());
    }
    if (!Files.isDirectory(path)) {
      throw new IOException(
          "there are no weights at %s; give a run's folder, a checkpoint, an exported model or a .safetensors file"
              .formatted(path));
    }
    var exported = path.resolve("weights.safetensors");
    if (Files.isRegularFile(exported) && Files.exists(path.resolve(RunRecords.FILE))) {
      var experiment = RunRecords.read(path).getExperiment();
      return new Weights(path.toString(), Safetensors.open(exported), Optional.of(experiment));
    }
    var checkpoint = checkpoint(path);
    return new Weights(
        checkpoint.folder().toString(),
        checkpoint.trained(),
        Optional.of(checkpoint.state().getExperiment()));
  }

  private static Checkpoint checkpoint(Path folder) throws IOException {
    if (Checkpoint.isIn(folder)) {
      return Checkpoint.open(folder);
    }
    return new RunFolder(folder)
        .latest()
        .orElseThrow(
            () ->
                new IOException(
                    "%s holds no checkpoint; give a run's folder, a checkpoint, an exported model or a .safetensors file"
                        .formatted(folder)));
  }

  /**
   * These weights for a model: position tables interpolated if its grid of patches is another.
   *
   * @throws IllegalArgumentException if the grid they are for cannot be told
   */
  public WeightSource fitting(ModelConfig model) {
    var grid = PatchGrid.of(model);
    return experiment.isPresent()
        ? ResizedPositions.between(file, PatchGrid.of(experiment.get().getModel()), grid)
        : ResizedPositions.toFit(name, file, grid);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
