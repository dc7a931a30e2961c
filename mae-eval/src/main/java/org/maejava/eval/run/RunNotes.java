package org.maejava.eval.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.proto.DataChange;
import org.maejava.proto.DataDescription;
import org.maejava.proto.ProbePoint;
import org.maejava.proto.RunRecord;

/**
 * What a run's record says beside what training knows: the weights that it started from, looks at
 * its features, how long it had taken before it went on.
 */
public final class RunNotes {

  private Optional<String> initialWeights = Optional.empty();
  private boolean keptHead;
  private String licence = "";
  private Optional<Integer> probeEvery = Optional.empty();
  private final List<ProbePoint> probes = new ArrayList<>();
  private final List<DataChange> dataChanges = new ArrayList<>();
  private Optional<RunRecord> before = Optional.empty();
  private int wentOnAt = -1;

  RunNotes() {}

  void startedFrom(String weights) {
    initialWeights = Optional.of(weights);
  }

  /** Whether the head of the initial weights was asked for. */
  public void keptHead(boolean kept) {
    keptHead = kept;
  }

  /** What licence the initial weights came with; empty if none is known. */
  public void underLicence(String notice) {
    licence = notice;
  }

  void probeEvery(int epochs) {
    probeEvery = Optional.of(epochs);
  }

  /** Epochs between two looks at the features; empty: there are none. */
  Optional<Integer> probeEvery() {
    return probeEvery;
  }

  /** What a look at the features gave. */
  public void addProbe(ProbePoint probe) {
    probes.add(probe);
  }

  /** Takes over what was recorded before a checkpoint's step. */
  void goOn(RunRecord recorded, int step) {
    before = Optional.of(recorded);
    wentOnAt = step;
    probes.clear();
    recorded.getProbesList().stream().filter(probe -> probe.getStep() <= step).forEach(probes::add);
    dataChanges.clear();
    dataChanges.addAll(recorded.getDataChangesList());
    if (recorded.hasInitialWeights()) {
      initialWeights = Optional.of(recorded.getInitialWeights());
      keptHead = recorded.getKeptHead();
      licence = recorded.getInitialWeightsLicence();
    }
  }

  /** From this step on the images are others than those of the run before. */
  void changedData(DataDescription before, int step) {
    dataChanges.add(
        DataChange.newBuilder()
            .setStep(step)
            .setTrainingImages(before.getTrainingImages())
            .setDigest(before.getDigest())
            .build());
  }

  /** What a run that went on had taken when it was recorded at this step. */
  Optional<Double> secondsAt(int step) {
    return before
        .filter(record -> record.getSteps() == step && record.getSteps() > 0)
        .map(RunRecord::getSeconds);
  }

  void into(RunRecord.Builder record) {
    record
        .addAllProbes(probes)
        .addAllDataChanges(dataChanges)
        .setKeptHead(keptHead)
        .setInitialWeightsLicence(licence);
    initialWeights.ifPresent(record::setInitialWeights);
    // Nothing is trained any more: it ended when it ended.
    before
        .filter(then -> then.getSteps() == then.getTotalSteps() && then.getSteps() == wentOnAt)
        .map(then -> then.getProvenance().getFinished())
        .filter(finished -> !finished.isEmpty())
        .ifPresent(finished -> record.getProvenanceBuilder().setFinished(finished));
    probeEvery.ifPresent(record::setProbeEvery);
  }
}
