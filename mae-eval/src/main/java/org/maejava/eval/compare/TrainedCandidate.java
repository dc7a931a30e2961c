package org.maejava.eval.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.maejava.config.Experiments;
import org.maejava.config.TrainingLength;
import org.maejava.eval.proto.Search;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.Origin;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.run.TrainingRun;
import org.maejava.eval.run.UnfinishedRun;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.train.Trainer;
import org.maejava.weights.WeightSource;
import org.maejava.words.Counted;

/**
 * A protocol that trains: full and partial fine-tuning, linear probe, from scratch, linear on
 * pixels.
 *
 * @param name as tables show it
 * @param kind what its recipe is of
 * @param recipe its name
 * @param experiment that recipe, complete; seed and labels are the draw's
 * @param weights as tables name what it starts from; empty: nothing
 * @param pretrained what it starts from; empty: random weights
 * @param blocks that are tuned, of partial fine-tuning
 * @param search the multiples of rate and epochs that are variants; empty: the recipe's
 */
public record TrainedCandidate(
    String name,
    Protocol kind,
    String recipe,
    Experiment experiment,
    String weights,
    Optional<Pretrained> pretrained,
    OptionalDouble blocks,
    Optional<Search> search)
    implements Candidate {

  /**
   * An encoder to start from.
   *
   * @param name as records call it
   * @param digest SHA-256 of its values
   * @param keptHead whether its head was asked for
   * @param licence the notice that it came with; empty if none is known
   */
  public record Pretrained(
      String name, WeightSource weights, String digest, boolean keptHead, String licence) {

    /** An encoder whose head, if it has one, stays behind. */
    public Pretrained(String name, WeightSource weights, String digest, String licence) {
      this(name, weights, digest, false, licence);
    }
  }

  @Override
  public String protocol() {
    return kind.command();
  }

  @Override
  public List<TrainedVariant> variants(Budget budget) {
    var base = budget.recipe(experiment, name);
    var variants = new ArrayList<TrainedVariant>();
    for (double rate : multiples(search.map(Search::getRatesList))) {
      for (double epochs : multiples(search.map(Search::getEpochsList))) {
        var changed = base.toBuilder();
        changed.getTrainingBuilder().setBaseRate(rate * base.getTraining().getBaseRate());
        variants.add(new TrainedVariant(TrainingLength.times(changed.build(), epochs)));
      }
    }
    return variants;
  }

  private static List<Double> multiples(Optional<List<Double>> given) {
    return given.filter(list -> !list.isEmpty()).orElse(List.of(1.0));
  }

  /** With its rate and epochs. */
  public final class TrainedVariant implements Variant {

    private final Experiment chosen;

    private TrainedVariant(Experiment chosen) {
      this.chosen = chosen;
    }

    @Override
    public String name() {
      var training = chosen.getTraining();
      return "base rate %s%s"
          .formatted(
              shortest(training.getBaseRate()),
              search.filter(s -> s.getEpochsCount() > 1).isPresent()
                  ? ", " + TrainingLength.words(training)
                  : "");
    }

    /** Three digits, without zeros at the end: 0.004, 1.5e-05. */
    private static String shortest(double rate) {
      return String.format(Locale.ROOT, "%.3g", rate).replaceFirst("\\.?0+(e|$)", "$1");
    }

    @Override
    public String fingerprint() {
      return Fingerprints.of(
          Experiments.fingerprint(chosen) + " " + pretrained.map(Pretrained::digest).orElse(""));
    }

    /** The recipe with this draw's seed. */
    public Experiment experiment(Draw draw) {
      var seeded = chosen.toBuilder();
      seeded.getTrainingBuilder().setSeed(draw.seed());
      return seeded.build();
    }

    @Override
    public Optional<Experiment> trainsWith() {
      return Optional.of(chosen);
    }

    @Override
    public Optional<Work> work(Draw draw) {
      return Optional.of(
          Work.of(experiment(draw), draw.images().training(), draw.images().evaluation().size()));
    }

    @Override
    public Outcome run(Draw draw, Running running, Path unfinished) throws IOException {
      var origin = Origin.now(protocol(), recipe, running.clock()).typed(running.commandLine());
      var shown =
          String.format(Locale.ROOT, "%s, %,d labels", name, draw.images().training().size());
      var observer = running.watching().run(shown);
      var run =
          new UnfinishedRun(unfinished, running.machine(), origin, observer, running.stop())
              .open(experiment(draw), draw.images(), this::begin);
      try {
        if (run.train() == Trainer.Outcome.STOPPED) {
          throw new StoppedException(
              "in \"%s\" with %s"
                  .formatted(name, Counted.of(draw.images().training().size(), "label")));
        }
        var answers = new ArrayList<Answer>();
        var record = run.record().setEvaluation(run.evaluate(answers::add).evaluation());
        record.clearUnreadable().addAllUnreadable(run.unreadable());
        return new TrainedOutcome(run, record.build(), answers);
      } catch (IOException | RuntimeException e) {
        run.close();
        throw e;
      }
    }

    private void begin(TrainingRun run) {
      pretrained.ifPresent(
          start -> {
            run.startFrom(start.name(), start.weights());
            run.notes().keptHead(start.keptHead());
            run.notes().underLicence(start.licence());
          });
    }
  }

  private record TrainedOutcome(TrainingRun run, RunRecord record, List<Answer> answers)
      implements Outcome {

    @Override
    public Optional<WeightSource> trained() {
      return Optional.of(run.weights());
    }

    @Override
    public void close() {
      run.close();
    }
  }
}
