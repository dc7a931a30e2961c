package org.maejava.eval.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.maejava.proto.UnreadableImage;

/** What a folder's record is to say of a run that is opened after whoever watches it. */
final class UnreadableSoFar implements Supplier<List<UnreadableImage>> {
  private Optional<TrainingRun> run = Optional.empty();

  void of(TrainingRun run) {
    this.run = Optional.of(run);
  }

  @Override
  public List<UnreadableImage> get() {
    return run.map(TrainingRun::unreadable).orElse(List.of());
  }
}
