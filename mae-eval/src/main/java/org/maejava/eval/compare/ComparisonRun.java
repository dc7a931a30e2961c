package org.maejava.eval.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Cells.Kept;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.Cost;
import org.maejava.eval.proto.Search;
import org.maejava.eval.proto.Trial;
import org.maejava.eval.run.Answer;
import org.maejava.proto.RunRecord;
import org.maejava.train.NonFiniteLossException;
import org.maejava.weights.WeightSource;

/**
 * Several ways to use the same labels, judged on the same evaluation images: every candidate with
 * every budget and seed is a cell. Labels are drawn by the seed, so a row's spread holds both the
 * luck of the draw and of the training.
 */
public final class ComparisonRun {

  private final Grid grid;
  private final Running running;
  private final Cells cells;
  private final Statistics statistics = new Statistics();
  private final Map<String, String> draws = new HashMap<>();
  private final Map<CellKey, Kept> done = new TreeMap<>(Comparator.comparing(CellKey::toString));

  /**
   * What is compared.
   *
   * @param data labelled, with an evaluation half
   * @param candidates rows, in the order of the table
   * @param budgets columns
   * @param seeds each a draw of labels and training
   * @param search empty: variants are not tried, there is one of each
   * @param baselines for a row, the row that it is tested against
   */
  public record Grid(
      ImageSet data,
      List<Candidate> candidates,
      List<Budget> budgets,
      List<Long> seeds,
      Optional<Search> search,
      Map<String, String> baselines) {

    /** Every cell, a whole table for one seed after the other. */
    public List<CellKey> keys() {
      var keys = new ArrayList<CellKey>();
      for (long seed : seeds) {
        for (var budget : budgets) {
          candidates.forEach(candidate -> keys.add(new CellKey(candidate, budget, seed)));
        }
      }
      return keys;
    }
  }

  /**
   * A cell that was finished now.
   *
   * @param trained readable until the consumer returns; empty if nothing was trained
   * @param soFar the comparison with everything that is finished
   */
  public record Finished(
      CellKey key,
      RunRecord run,
      CellRecord cell,
      Optional<WeightSource> trained,
      Comparison soFar) {}

  /** Is told of finished cells. */
  @FunctionalInterface
  public interface Finishing {
    /** What throws here ends the comparison; the cell is kept. */
    void accept(Finished finished) throws IOException;
  }

  /**
   * Looks for what was finished before.
   *
   * @throws IllegalArgumentException if there are cells of other recipes, weights, images
   * @throws IOException if a cell cannot be read
   */
  public ComparisonRun(Grid grid, Running running, Cells cells) throws IOException {
    this.grid = grid;
    this.running = running;
    this.cells = cells;
    var others = new ArrayList<String>();
    for (var key : grid.keys()) {
      var kept = cells.find(key);
      if (kept.isEmpty()) {
        continue;
      }
      if (kept.get().cell().getFingerprint().equals(fingerprint(key))) {
        done.put(key, kept.get());
      } else {
        others.add(key.toString());
      }
    }
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds %d finished cells of other recipes, weights or images (%s%s); start over with --overwrite, or choose another --out"
              .formatted(
                  cells,
                  others.size(),
                  String.join("; ", others.subList(0, Math.min(3, others.size()))),
                  others.size() > 3 ? "; …" : ""));
    }
  }

  /** Cells that are still to be run. */
  public List<CellKey> open() {
    return grid.keys().stream().filter(key -> !done.containsKey(key)).toList();
  }

  /**
   * Runs every cell that is not finished.
   *
   * @param each is told of every one, when it is kept
   * @throws org.maejava.eval.run.StoppedException if asked to stop; finished cells and trials are
   *     kept, and the run that was stopped goes on from there
   */
  public Comparison run(Finishing each) throws IOException {
    for (var key : open()) {
      one(key, each);
    }
    return soFar();
  }

  private void one(CellKey key, Finishing each) throws IOException {
    long start = running.clock().millis();
    var images = key.budget().draw(grid.data(), key.seed());
    var variants = key.candidate().variants(key.budget());
    var trials = trials(key, images, variants);
    double trialSeconds = seconds(start);
    var chosen = chosen(key, variants, trials);
    try (var outcome = run(key, chosen, images)) {
      var run = outcome.record();
      var training = run.getExperiment().getTraining();
      var cell =
          CellRecord.newBuilder()
              .setCandidate(key.candidate().name())
              .setProtocol(key.candidate().protocol())
              .setWeights(key.candidate().weights())
              .setBudget(key.budget().name())
              .setLabels(images.training().size())
              .setSeed(key.seed())
              .setVariant(chosen.name())
              .setFingerprint(fingerprint(key))
              .setRight(RightAnswers.packed(Answer.right(outcome.answers())))
              .setImages(run.getEvaluation().getImages())
              .addAllTrials(trials)
              .setCost(
                  Cost.newBuilder()
                      .setSeconds(seconds(start) - trialSeconds)
                      .setTrainingSeconds(run.getSeconds())
                      .setTrialSeconds(trials.stream().mapToDouble(Trial::getSeconds).sum())
                      .setImagesTrained(
                          (long) run.getSteps()
                              * training.getBatchSize()
                              * training.getAccumulationSteps()));
      key.candidate().blocks().ifPresent(cell::setBlocks);
      var kept = new Kept(run, cell.build());
      cells.keep(key, kept, outcome.answers());
      done.put(key, kept);
      each.accept(new Finished(key, run, kept.cell(), outcome.trained(), soFar()));
    }
  }

  private Candidate.Outcome run(CellKey key, Candidate.Variant chosen, ImageSet images)
      throws IOException {
    try {
      var fingerprint = Fingerprints.of(chosen.fingerprint(), images, key.seed());
      return chosen.run(new Draw(images, key.seed()), running, cells.unfinished(key, fingerprint));
    } catch (NonFiniteLossException e) {
      throw new IllegalStateException("%s diverged: %s".formatted(key, e.getMessage()), e);
    }
  }

  private double seconds(long since) {
    return (running.clock().millis() - since) / 1e3;
  }

  /** None where there is nothing to choose, or the first seed has chosen. */
  private List<Trial> trials(
      CellKey key, ImageSet images, List<? extends Candidate.Variant> variants) throws IOException {
    if (variants.size() < 2 || firstSeeds(key).isPresent()) {
      return List.of();
    }
    var search =
        grid.search()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s has %d variants to choose from and no search to do it"
                            .formatted(key, variants.size())));
    var heldOut = Budget.heldOut(images, search.getHeldOutShare(), key.seed());
    var trials = new ArrayList<Trial>();
    for (var variant : variants) {
      var fingerprint = Fingerprints.of(variant.fingerprint(), heldOut, key.seed());
      var kept = cells.findTrial(key, variant.name(), fingerprint);
      trials.add(kept.isPresent() ? kept.get() : trial(key, variant, heldOut, fingerprint));
    }
    return trials;
  }

  private Trial trial(CellKey key, Candidate.Variant variant, ImageSet heldOut, String fingerprint)
      throws IOException {
    long start = running.clock().millis();
    var trial = Trial.newBuilder().setVariant(variant.name()).setFingerprint(fingerprint);
    var unfinished = cells.unfinished(key, fingerprint);
    try (var outcome = variant.run(new Draw(heldOut, key.seed()), running, unfinished)) {
      var evaluation = outcome.record().getEvaluation();
      trial
          .setImages(evaluation.getImages())
          .setCorrect(evaluation.getCorrect())
          // Weights may be broken by the last step, after the last loss of training.
          .setLoss(
              Double.isFinite(evaluation.getLoss())
                  ? evaluation.getLoss()
                  : Double.POSITIVE_INFINITY);
    } catch (NonFiniteLossException e) {
      // That a rate is too high is what trials are for.
      trial.setImages(heldOut.evaluation().size()).setLoss(Double.POSITIVE_INFINITY);
    }
    cells.keepTrial(key, trial.setSeconds(seconds(start)).build());
    return trial.build();
  }

  private Candidate.Variant chosen(
      CellKey key, List<? extends Candidate.Variant> variants, List<Trial> trials) {
    var name =
        trials.isEmpty()
            ? firstSeeds(key).map(CellRecord::getVariant).orElse("")
            : best(trials).getVariant();
    return variants.stream()
        .filter(variant -> variants.size() == 1 || variant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(key + " has no variant " + name));
  }

  /**
   * Most right answers; of equals the lowest loss, which says more where few are held out. One that
   * diverged is the worst.
   */
  static Trial best(List<Trial> trials) {
    return trials.stream()
        .min(
            Comparator.<Trial, Boolean>comparing(trial -> Double.isInfinite(trial.getLoss()))
                .thenComparingInt(trial -> -trial.getCorrect())
                .thenComparingDouble(Trial::getLoss))
        .orElseThrow();
  }

  /** What the first seed chose, for other seeds, if that holds for them. */
  private Optional<CellRecord> firstSeeds(CellKey key) {
    var first = new CellKey(key.candidate(), key.budget(), grid.seeds().get(0));
    return grid.search()
        .filter(Search::hasFirstSeedDecides)
        .filter(search -> key.seed() != first.seed())
        .flatMap(search -> Optional.ofNullable(done.get(first)))
        .map(Kept::cell);
  }

  private String fingerprint(CellKey key) {
    var variants =
        key.candidate().variants(key.budget()).stream()
            .map(Candidate.Variant::fingerprint)
            .toList();
    var choice = variants.size() > 1 ? grid.search().map(Search::toString).orElse("") : "";
    // Of a million images a digest takes a second, and all rows have the same.
    var draw =
        draws.computeIfAbsent(
            key.budget().name() + " " + key.seed(),
            name -> Fingerprints.of("", key.budget().draw(grid.data(), key.seed()), key.seed()));
    return Fingerprints.of(String.join(" ", variants) + choice + draw);
  }

  /** Everything that is finished, with its statistics. */
  public Comparison soFar() {
    var comparison = Comparison.newBuilder().setCells(grid.keys().size());
    for (var budget : grid.budgets()) {
      for (var candidate : grid.candidates()) {
        var kept =
            grid.seeds().stream()
                .map(seed -> done.get(new CellKey(candidate, budget, seed)))
                .flatMap(Stream::ofNullable)
                .toList();
        if (!kept.isEmpty()) {
          comparison.addEntries(
              statistics.entry(
                  kept.stream().map(Kept::run).toList(), kept.stream().map(Kept::cell).toList()));
        }
      }
    }
    return statistics.tested(comparison.build(), grid.baselines());
  }
}
