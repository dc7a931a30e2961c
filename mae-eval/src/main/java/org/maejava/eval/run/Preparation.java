package org.maejava.eval.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.config.TrainingLength;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.eval.task.Task;
import org.maejava.storage.FolderLock;

/**
 * What several runs of one request share: recipe, weights, data, and a folder that nobody else
 * writes to until it is closed.
 *
 * @param found the recipe
 * @param weights to start from, open; empty: random
 * @param keepHead whether a head that the weights have is kept
 * @param data labelled
 */
public record Preparation(
    RecipeChoice.Found found,
    Optional<Weights> weights,
    boolean keepHead,
    ImageSet data,
    FolderLock lock)
    implements AutoCloseable {

  /**
   * Checks a request, opens what it names, and deletes what it says is to be overwritten.
   *
   * @throws IllegalArgumentException if what was asked for cannot be
   * @throws org.maejava.data.source.DataException if the data cannot be used for it
   * @throws org.maejava.storage.FolderInUseException if another process writes to the folder
   * @throws IOException if files cannot be read or written
   */
  public static Preparation of(RunRequest request) throws IOException {
    var folder = request.folder();
    var lock = folder.lock();
    Optional<Weights> weights = Optional.empty();
    try {
      folder.require(request.start(), FolderContent.SEEDS);
      if (request.weights().isPresent()) {
        weights = Optional.of(Weights.open(request.weights().get()));
      }
      var found = request.recipe().find(request.protocol(), weights);
      if (weights.isPresent()) {
        Takeover.of(found.experiment()).requireFit(weights.get(), request.keepHead());
      }
      var data = ImageSet.open(request.data().orElse(FolderRun.DEFAULT_DATA)).requireLabelled();
      if (request.start() instanceof Start.Overwriting) {
        folder.clear();
      }
      return new Preparation(found, weights, request.keepHead(), data, lock);
    } catch (IOException | RuntimeException e) {
      if (weights.isPresent()) {
        weights.get().close();
      }
      lock.close();
      throw e;
    }
  }

  /** What of data and recipe may not be what was meant, in sentences. */
  public List<String> warnings() {
    var recipe = found.experiment();
    int classes = data.training().classes().size();
    int images = Task.of(recipe, classes).select(data).training().size();
    var made = TrainingLength.forImages(recipe, images);
    var said = new ArrayList<>(TrainingLength.changes(recipe, made, images));
    weights.flatMap(Weights::unfinished).ifPresent(said::add);
    said.addAll(Misfits.of(made, data.training(), data.describe()));
    return said;
  }

  /** What each run starts from; empty: random weights. */
  public Optional<Weights.Start> start() {
    int classes = data.training().classes().size();
    return weights.map(open -> open.startOf(found.experiment().getModel(), classes, keepHead));
  }

  @Override
  public void close() throws IOException {
    if (weights.isPresent()) {
      weights.get().close();
    }
    lock.close();
  }
}
