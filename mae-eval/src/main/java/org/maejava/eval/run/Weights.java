package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.maejava.eval.recipe.Recipes;
import org.maejava.model.PatchGrid;
import org.maejava.model.ResizedPositions;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.train.Checkpoint;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;

/**
 * Trained weights as {@code --weights} names them; of a checkpoint with a moving average, that.
 *
 * @param name for records and messages
 * @param file open; the caller closes it
 * @param experiment that trained them, if they lie in a checkpoint or an exported model
 * @param recipe the name of that experiment's recipe; empty if it is not known
 */
public record Weights(String name, Safetensors file, Optional<Experiment> experiment, String recipe)
    implements AutoCloseable {

  /**
   * Opens a run's folder (its newest checkpoint), a checkpoint, an exported model, or a safetensors
   * file.
   *
   * @throws IOException if it is none of them, or damaged
   */
  public static Weights open(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return new Weights(path.toString(), Safetensors.open(path), Optional.empty(), "");
    }
    if (!Files.isDirectory(path)) {
      throw new IOException(
          "there are no weights at %s; give a run's folder, a checkpoint, an exported model or a .safetensors file"
              .formatted(path));
    }
    var exported = path.resolve("weights.safetensors");
    var record = RecordFile.read(path);
    if (Files.isRegularFile(exported) && record.isPresent()) {
      return new Weights(
          path.toString(),
          Safetensors.open(exported),
          Optional.of(record.get().getExperiment()),
          record.get().getRecipe());
    }
    var checkpoint = checkpoint(path);
    return new Weights(
        checkpoint.folder().toString(),
        checkpoint.trained(),
        Optional.of(checkpoint.state().getExperiment()),
        record.or(() -> runOf(checkpoint)).map(RunRecord::getRecipe).orElse(""));
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

  /** The record of the run that wrote a checkpoint, if it lies where runs put it. */
  private static Optional<RunRecord> runOf(Checkpoint checkpoint) {
    try {
      return RecordFile.read(checkpoint.folder().resolve("../..").normalize());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The bundled family of recipes that these weights are of: by the name of their recipe, else by
   * their geometry.
   *
   * @throws IllegalArgumentException if there is none: a recipe must be named
   */
  public String family() {
    return Recipes.familyIn(recipe)
        .or(() -> experiment.flatMap(Recipes::familyOf))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is of no bundled family; name a recipe with --recipe".formatted(name)));
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
