package org.maejava.eval.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.maejava.data.source.Example;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.AnswersFile;
import org.maejava.eval.run.RunFolder;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.storage.FolderLock;

/**
 * A run as its folder tells it, finished or not.
 *
 * @param name that sets it apart from others that are looked at with it
 * @param folder where it lies
 * @param running whether it trains while one looks
 * @param record of an unfinished run as far as its newest checkpoint
 * @param answers on the evaluation half; none: not known
 */
record LeftRun(String name, Path folder, boolean running, RunRecord record, List<Answer> answers) {

  /**
   * Reads a folder.
   *
   * @return empty if there is no single run in it
   * @throws IOException naming what cannot be read
   */
  static Optional<LeftRun> in(Path folder, String name) throws IOException {
    var found = RecordFile.read(folder);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    boolean running = FolderLock.isTaken(folder);
    var record = running ? upToNow(folder, found.get()) : upToCheckpoint(folder, found.get());
    var answers =
        record.hasEvaluation()
            ? AnswersFile.read(folder, record.getData().getClassesList())
            : Optional.<List<Answer>>empty();
    return Optional.of(new LeftRun(name, folder, running, record, answers.orElse(List.of())));
  }

  /** Of a run that trains while one looks. */
  private static RunRecord upToNow(Path folder, RunRecord record) throws IOException {
    var curve = new RunFolder(folder).logged();
    if (curve.isEmpty() || curve.get(curve.size() - 1).getStep() <= record.getSteps()) {
      return upToCheckpoint(folder, record);
    }
    return upToCheckpoint(folder, record).toBuilder()
        .clearCurve()
        .addAllCurve(curve)
        .setSteps(curve.get(curve.size() - 1).getStep())
        .build();
  }

  /** The record of a run that goes on was written when it began. */
  private static RunRecord upToCheckpoint(Path folder, RunRecord record) throws IOException {
    if (record.getSteps() >= record.getTotalSteps()
        || !Files.isDirectory(new RunFolder(folder).checkpoints())) {
      return record;
    }
    var checkpoint = new RunFolder(folder).latest();
    if (checkpoint.isEmpty() || checkpoint.get().state().getStep() <= record.getSteps()) {
      return record;
    }
    var state = checkpoint.get().state();
    var training = record.getExperiment().getTraining();
    double images =
        (double) state.getStep() * training.getBatchSize() * training.getAccumulationSteps();
    return record.toBuilder()
        .clearCurve()
        .addAllCurve(state.getCurveList())
        .setSteps(state.getStep())
        .setSeconds(state.getSeconds())
        .setImagesPerSecond(state.getSeconds() > 0 ? images / state.getSeconds() : 0)
        .build();
  }

  /** Whether two were evaluated on the same images, as far as is known. */
  boolean isJudgedAs(LeftRun other) {
    var mine = record.getData();
    var theirs = other.record.getData();
    return mine.getClassesList().equals(theirs.getClassesList())
        && record.getEvaluation().getImages() == other.record.getEvaluation().getImages()
        && mine.getEvaluationPerClassList().equals(theirs.getEvaluationPerClassList())
        && (answers.isEmpty() || other.answers.isEmpty() || names().equals(other.names()));
  }

  /** Without the folder that all lie in, which may have been renamed between two runs. */
  private List<String> names() {
    return answers.stream().map(Answer::image).map(Example::withoutFolder).toList();
  }
}
