package org.maejava.eval;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.Comparison;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.weights.WeightSource;

/**
 * Several protocols on the same few labels and the same evaluation images. Every run draws its
 * labels by its seed, so a protocol's spread holds both the luck of the draw and of the training.
 */
public final class ProtocolComparison {

  /**
   * One way to use labels.
   *
   * @param name as tables show it
   * @param command as records name it
   * @param experiment its recipe, the seed aside
   * @param pretrained the encoder it starts from; empty: random weights
   */
  public record Protocol(
      String name, String command, Experiment experiment, Optional<WeightSource> pretrained) {}

  /**
   * One training of a comparison, finished.
   *
   * @param protocol of the comparison
   * @param labels it was given
   * @param seed of labels and training
   * @param record what came of it
   * @param right which evaluation images it got right
   * @param weights readable until the consumer returns
   */
  public record Finished(
      Protocol protocol,
      int labels,
      long seed,
      RunRecord record,
      BitSet right,
      WeightSource weights) {}

  private final ImageSet data;
  private final String pretrainedName;
  private final Machine machine;
  private final InstantSource clock;

  /**
   * For one data set.
   *
   * @param pretrainedName what records call the encoder
   */
  public ProtocolComparison(
      ImageSet data, String pretrainedName, Machine machine, InstantSource clock) {
    this.data = data.requireLabelled();
    this.pretrainedName = pretrainedName;
    this.machine = machine;
    this.clock = clock;
  }

  /**
   * Runs every protocol with every number of labels and every seed.
   *
   * @param protocols for a number of labels: with more labels fewer epochs may do
   * @param labelCounts labelled images in all, spread evenly over the classes
   * @param each is told of every finished run
   */
  public Comparison run(
      IntFunction<List<Protocol>> protocols,
      List<Integer> labelCounts,
      List<Long> seeds,
      Consumer<Finished> each)
      throws IOException {
    var comparison = Comparison.newBuilder();
    for (int labels : labelCounts) {
      for (var protocol : protocols.apply(labels)) {
        var runs = new ArrayList<RunRecord>();
        for (long seed : seeds) {
          runs.add(runOne(protocol, labels, seed, each));
        }
        comparison.addEntries(Statistics.entry(protocol.name(), labels, runs));
      }
    }
    return comparison.build();
  }

  private RunRecord runOne(Protocol protocol, int labels, long seed, Consumer<Finished> each)
      throws IOException {
    var experiment = protocol.experiment().toBuilder();
    experiment.getTrainingBuilder().setSeed(seed);
    experiment.getDataBuilder().setLabelledImages(labels);
    var records = new RunRecords(protocol.command(), machine, clock);
    try (var run =
        new TrainingRun(experiment.build(), data, records, TrainingRun.Surroundings.none())) {
      if (protocol.pretrained().isPresent()) {
        run.startFrom(pretrainedName, protocol.pretrained().get());
      }
      run.train();
      var accuracy = run.evaluate();
      var record = run.record().setEvaluation(accuracy.evaluation()).build();
      each.accept(new Finished(protocol, labels, seed, record, accuracy.right(), run.weights()));
      return record;
    }
  }
}
