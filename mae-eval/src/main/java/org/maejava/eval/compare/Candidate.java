package org.maejava.eval.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.maejava.config.TrainingLength;
import org.maejava.data.DataPlan;
import org.maejava.data.source.Source;
import org.maejava.eval.run.Answer;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.weights.WeightSource;

/**
 * One way to use labels: a row of a comparison. Those that train and those that look at cached
 * features are the same to it: it draws the labels, has every variant tried on held-out ones where
 * there are several, and keeps what comes of the best.
 */
public interface Candidate {

  /** As tables show it; no two of a comparison have the same. */
  String name();

  /** As recipes and records name what is done, such as {@code linear-probe}. */
  String protocol();

  /** The name of the weights it starts from; empty: none. */
  String weights();

  /** Tuned blocks, of partial fine-tuning. */
  default OptionalDouble blocks() {
    return OptionalDouble.empty();
  }

  /**
   * What is chosen from on held-out labels; a single one is not tried.
   *
   * @param budget that it is for
   */
  List<? extends Variant> variants(Budget budget);

  /** A candidate with every number set. */
  interface Variant {

    /** What sets it apart, such as {@code base rate 0.004}; empty for the only one. */
    String name();

    /**
     * SHA-256, hexadecimal, of everything that determines its answers but the {@link Draw}: recipe
     * or parameters, and the weights' content.
     */
    String fingerprint();

    /**
     * Learns from a draw's training half and answers its evaluation half, which in a trial is held
     * out of the labels.
     *
     * @param unfinished a folder of this run's own, with what it needs to go on after it was
     *     stopped or killed; deleted when what came of it is kept
     * @throws org.maejava.eval.run.StoppedException as soon as it is asked to stop
     */
    Outcome run(Draw draw, Running running, Path unfinished) throws IOException;

    /** The recipe that it trains by, if it trains in batches. */
    default Optional<Experiment> trainsWith() {
      return Optional.empty();
    }

    /** What a run will have to do, for an estimate of its time; empty if it cannot be said. */
    default Optional<Work> work(Draw draw) {
      return Optional.empty();
    }
  }

  /**
   * What a run has to do.
   *
   * @param experiment whose steps and forward passes they are
   * @param steps of training
   * @param evaluated images that go through the network once, without gradients
   */
  record Work(Experiment experiment, long steps, long evaluated) {

    /** Of a training on these images. */
    public static Work of(Experiment recipe, Source training, long evaluated) {
      var experiment = TrainingLength.forImages(recipe, training.size());
      long updates = DataPlan.updatesPerEpoch(training, experiment.getTraining());
      return new Work(experiment, updates * experiment.getTraining().getEpochs(), evaluated);
    }
  }

  /** What came of a variant; closing it frees what it holds. */
  interface Outcome extends AutoCloseable {

    /** With the evaluation, and the unreadable images. */
    RunRecord record();

    /** What was said of every evaluation image, in their order, unreadable ones left out. */
    List<Answer> answers();

    /** What was trained, readable until it is closed; empty if nothing was. */
    Optional<WeightSource> trained();

    @Override
    void close();
  }
}
