package org.maejava.eval.compare;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.run.TrainingRun;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.train.Trainer;
import org.maejava.weights.WeightSource;

/**
 * Several ways to use the same few labels, judged on the same evaluation images. Every run draws
 * its labels by its seed, so a candidate's spread holds both the luck of the draw and of the
 * training.
 */
public final class ProtocolComparison {

  /**
   * The encoder that candidates start from.
   *
   * @param name as records call it
   * @param keptHead whether its head was asked for
   * @param licence the notice that it came with; empty if none is known
   */
  public record Pretrained(String name, WeightSource weights, boolean keptHead, String licence) {

    /** An encoder of one's own. */
    public Pretrained(String name, WeightSource weights) {
      this(name, weights, false, "");
    }
  }

  /**
   * One way to use labels.
   *
   * @param name as tables show it
   * @param protocol that its recipe is of
   * @param recipe its name
   * @param experiment that recipe, seed and labels aside
   * @param pretrained empty: random weights
   */
  public record Candidate(
      String name,
      Protocol protocol,
      String recipe,
      Experiment experiment,
      Optional<Pretrained> pretrained) {}

  /**
   * One training of a comparison, finished.
   *
   * @param labels it was given
   * @param seed of labels and training
   * @param record what came of it
   * @param weights readable until the consumer returns
   */
  public record Finished(
      Candidate candidate, int labels, long seed, RunRecord record, WeightSource weights) {}

  /** Is told of finished runs. */
  @FunctionalInterface
  public interface Finishing {
    /** What throws here ends the comparison, and the run is not kept. */
    void accept(Finished finished) throws IOException;
  }

  private final ImageSet data;
  private final Machine machine;
  private final InstantSource clock;
  private final String commandLine;
  private final Cells cells;
  private final BooleanSupplier stop;

  /**
   * For one data set.
   *
   * @param commandLine as typed, for records; empty if a program asks
   * @param cells where finished runs are kept, so that none is repeated
   * @param stop asked after every step
   * @throws org.maejava.data.source.DataException if the data have no labels
   */
  public ProtocolComparison(
      ImageSet data,
      Machine machine,
      InstantSource clock,
      String commandLine,
      Cells cells,
      BooleanSupplier stop) {
    this.data = data.requireLabelled();
    this.machine = machine;
    this.clock = clock;
    this.commandLine = commandLine;
    this.cells = cells;
    this.stop = stop;
  }

  /**
   * Runs every candidate with every number of labels and every seed; those that were finished
   * before are taken from their cells.
   *
   * @param candidates for a number of labels: with more labels fewer epochs may do
   * @param labelCounts labelled images in all, spread evenly over the classes
   * @param each is told of every run that is finished now, before it is kept
   * @throws StoppedException if asked to stop; finished runs are kept
   */
  public Comparison run(
      IntFunction<List<Candidate>> candidates,
      List<Integer> labelCounts,
      List<Long> seeds,
      Finishing each)
      throws IOException {
    var comparison = Comparison.newBuilder();
    for (int labels : labelCounts) {
      for (var candidate : candidates.apply(labels)) {
        var runs = new ArrayList<RunRecord>();
        for (long seed : seeds) {
          runs.add(one(candidate, labels, seed, each));
        }
        comparison.addEntries(Statistics.entry(candidate.name(), labels, runs));
      }
    }
    return comparison.build();
  }

  private RunRecord one(Candidate candidate, int labels, long seed, Finishing each)
      throws IOException {
    var changed = candidate.experiment().toBuilder();
    changed.getTrainingBuilder().setSeed(seed);
    changed.getDataBuilder().setLabelledImages(labels);
    var experiment = changed.build();
    var kept = cells.find(candidate, experiment, data.spec());
    if (kept.isPresent()) {
      return kept.get();
    }
    var origin =
        Origin.now(candidate.protocol().command(), candidate.recipe(), clock).typed(commandLine);
    try (var run =
        new TrainingRun(experiment, data, machine, origin, TrainingRun.Surroundings.until(stop))) {
      if (candidate.pretrained().isPresent()) {
        var pretrained = candidate.pretrained().get();
        run.startFrom(pretrained.name(), pretrained.weights());
        run.keptHead(pretrained.keptHead());
        run.underLicence(pretrained.licence());
      }
      if (run.train() == Trainer.Outcome.STOPPED) {
        throw new StoppedException("in \"%s\" with %,d labels".formatted(candidate.name(), labels));
      }
      var record = run.record().setEvaluation(run.evaluate().evaluation()).build();
      each.accept(new Finished(candidate, labels, seed, record, run.weights()));
      cells.keep(candidate, record);
      return record;
    }
  }
}
