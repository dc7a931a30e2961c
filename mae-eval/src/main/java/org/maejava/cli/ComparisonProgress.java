package org.maejava.cli;

import java.util.Optional;
import org.maejava.eval.compare.Watching;
import org.maejava.train.TrainingObserver;

/** One bar after the other on a terminal, lines now and then elsewhere. */
final class ComparisonProgress implements Watching, AutoCloseable {

  private Optional<ConsoleProgress> training = Optional.empty();
  private Optional<CountProgress> features = Optional.empty();

  @Override
  public TrainingObserver pretraining(String weights) {
    return next(new ConsoleProgress("pre-training" + (weights.isEmpty() ? "" : " " + weights)));
  }

  @Override
  public TrainingObserver run(String name) {
    return next(ConsoleProgress.passing(name));
  }

  private TrainingObserver next(ConsoleProgress progress) {
    finish();
    training = Optional.of(progress);
    return progress;
  }

  @Override
  public void features(int done, int of) {
    if (features.isEmpty()) {
      finish();
      features = Optional.of(CountProgress.passing("features", of));
    }
    features.get().accept(done);
    if (done == of) {
      finish();
    }
  }

  @Override
  public void close() {
    finish();
  }

  /** Ends the bar's line, so that others can print. */
  void finish() {
    // It may begin a bar later, which wants an end too.
    training.ifPresent(ConsoleProgress::finish);
    features.ifPresent(CountProgress::close);
    features = Optional.empty();
  }
}
