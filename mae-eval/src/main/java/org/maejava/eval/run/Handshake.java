package org.maejava.eval.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.cluster.Workers;
import org.maejava.train.Checkpoint;

/**
 * What workers tell each other before their first step, so that none trains on another recipe, on
 * other images, by other code or from another checkpoint.
 *
 * @param workers this one among them
 */
record Handshake(Workers workers) {

  private static final List<String> SUBJECTS =
      List.of("code", "recipe", "images", "checkpoint to go on from");

  /**
   * Compares with all others.
   *
   * @throws IllegalArgumentException naming the workers that differ from the first, and in what
   */
  void requireTheSame(TrainingRun run, Optional<Checkpoint> checkpoint) {
    if (workers.count() == 1) {
      return;
    }
    var record = run.record();
    var code = record.getProvenance();
    var said =
        workers.gather(
            new long[] {
              hash(code.getCodeVersion() + code.getCodeCommit() + code.getTensorflowVersion()),
              hash(record.getFingerprint()),
              hash(record.getData().getDigest()),
              checkpoint.map(at -> at.state().getStep()).orElse(-1)
            });
    var problems = new ArrayList<String>();
    for (int worker = 1; worker < said.length; worker++) {
      for (int i = 0; i < SUBJECTS.size(); i++) {
        if (said[worker][i] != said[0][i]) {
          problems.add("worker %d has another %s than worker 0".formatted(worker, SUBJECTS.get(i)));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", problems)
              + ": all are to be started by the same command line, with the same images, and with"
              + " an --out that all of them see");
    }
  }

  private static long hash(String text) {
    return Hashing.sha256().hashString(text, UTF_8).asLong();
  }

  /** Waits until all have come here. */
  void await() {
    if (workers.count() > 1) {
      workers.gather(new long[] {0});
    }
  }
}
