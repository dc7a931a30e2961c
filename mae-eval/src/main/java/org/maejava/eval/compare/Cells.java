package org.maejava.eval.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.maejava.config.Experiments;
import org.maejava.eval.compare.ProtocolComparison.Candidate;
import org.maejava.eval.compare.ProtocolComparison.Pretrained;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;

/** The finished runs of a comparison: a folder each, with its record. */
public final class Cells {

  private final Optional<Path> folder;

  private Cells(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Below this folder. */
  public static Cells in(Path folder) {
    return new Cells(Optional.of(folder));
  }

  /** Nothing is kept. */
  public static Cells none() {
    return new Cells(Optional.empty());
  }

  /**
   * The record of a run with this very recipe, seed and number of labels, from the same weights on
   * the same data, if it was finished.
   *
   * @throws IOException if there is a record that cannot be read
   */
  Optional<RunRecord> find(Candidate candidate, Experiment experiment, String data)
      throws IOException {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    return RecordFile.read(cell(candidate, experiment, folder.get()))
        .filter(record -> record.getFingerprint().equals(Experiments.fingerprint(experiment)))
        .filter(record -> record.getData().getSpec().equals(data))
        .filter(
            record ->
                candidate
                    .pretrained()
                    .map(Pretrained::name)
                    .orElse("")
                    .equals(record.getInitialWeights()));
  }

  void keep(Candidate candidate, RunRecord record) throws IOException {
    if (folder.isPresent()) {
      RecordFile.write(record, cell(candidate, record.getExperiment(), folder.get()));
    }
  }

  private static Path cell(Candidate candidate, Experiment experiment, Path folder) {
    return folder.resolve(
        "%s-%d-labels-seed-%d"
            .formatted(
                candidate.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"),
                experiment.getData().getLabelledImages(),
                experiment.getTraining().getSeed()));
  }
}
