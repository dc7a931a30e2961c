package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.maejava.record.RecordFile;

/** What lies in the folder of a run: who can go on with it, and whether it holds a model. */
enum FolderContent {
  NOTHING("no run", ""),

  /** A single run. */
  RUN("a run", "--resume and without --seeds"),

  /** Several runs of one command, by {@code --seeds}: their records and a report, no weights. */
  SEEDS(
      "runs of several seeds",
      "the line that began them: the same --seeds N and other options, and --resume"),

  /** The runs of a plan, as {@code mae compare} makes them. */
  COMPARISON("a comparison", "the command that began it");

  private final String noun;
  private final String again;

  FolderContent(String noun, String again) {
    this.noun = noun;
    this.again = again;
  }

  static FolderContent of(RunFolder folder) throws IOException {
    var severals = ofSeveral(folder.path());
    if (severals.isPresent()) {
      return severals.get();
    }
    return Files.exists(folder.path().resolve(RecordFile.NAME)) || folder.latest().isPresent()
        ? RUN
        : NOTHING;
  }

  /** Of several runs; empty: there are not several. */
  static Optional<FolderContent> ofSeveral(Path folder) {
    if (Files.exists(folder.resolve(RunFolder.PLAN))) {
      return Optional.of(COMPARISON);
    }
    return Files.isDirectory(folder.resolve(RunFolder.CELLS))
        ? Optional.of(SEEDS)
        : Optional.empty();
  }

  /** As the object of a sentence. */
  String noun() {
    return noun;
  }

  /**
   * What goes on with it, as the end of a sentence.
   *
   * @param asked what is begun or gone on with
   */
  String again(FolderContent asked) {
    return this == asked ? "--resume" : again;
  }
}
