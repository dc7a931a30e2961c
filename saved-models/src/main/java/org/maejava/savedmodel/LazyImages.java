package org.maejava.savedmodel;

import java.nio.file.Path;
import java.util.Optional;
import org.maejava.proto.RunRecord;

/**
 * What a model takes of images, made when it is first asked for: whoever prepares pixels himself
 * needs no record of how that is done.
 */
final class LazyImages implements AutoCloseable {

  private final Path folder;
  private final Optional<RunRecord> record;
  private Optional<InputImages> images = Optional.empty();

  /**
   * Of a model.
   *
   * @param folder for messages
   */
  LazyImages(Path folder, Optional<RunRecord> record) {
    this.folder = folder;
    this.record = record;
  }

  /**
   * Always the same.
   *
   * @throws IllegalStateException if the record does not say how images are prepared
   */
  synchronized InputImages get() {
    if (images.isEmpty()) {
      images = Optional.of(make());
    }
    return images.get();
  }

  private InputImages make() {
    var experiment = record.orElseGet(RunRecord::getDefaultInstance).getExperiment();
    if (!experiment.getModel().hasImage() || !experiment.getData().hasEvalCropFraction()) {
      throw new IllegalStateException(
          "%s has no record of how images are resized and cropped for it; give pixel values"
              .formatted(folder));
    }
    return new InputImages(experiment.getModel(), experiment.getData());
  }

  @Override
  public synchronized void close() {
    images.ifPresent(InputImages::close);
    images = Optional.empty();
  }
}
