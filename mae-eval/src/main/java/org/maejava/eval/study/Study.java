package org.maejava.eval.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Budget;
import org.maejava.eval.compare.Candidate;
import org.maejava.eval.compare.Cells;
import org.maejava.eval.compare.ComparisonRun;
import org.maejava.eval.compare.ComparisonRun.Finished;
import org.maejava.eval.compare.ComparisonRun.Grid;
import org.maejava.eval.compare.Running;
import org.maejava.eval.probe.FeatureStore;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.report.Conclusions;
import org.maejava.eval.report.Percent;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RunFolder;
import org.maejava.storage.WholeFile;
import org.maejava.words.Counted;

/**
 * A comparison from its description to its report: what has to be pre-trained, every cell, and a
 * report that is written again after each. It goes on where it was stopped, and repeats nothing
 * that is finished.
 */
public final class Study implements AutoCloseable {

  /** Beside the comparison, for others of the same weights and images. */
  private static final String FEATURES = "features";

  /** Is told what happens. */
  public interface Teller {

    /** A line. */
    void say(String line);

    /** What is no mistake and may yet not be what was meant. */
    void note(String sentence);
  }

  private final Request request;
  private final ComparisonPlan plan;
  private final Running running;
  private final Teller teller;
  private final RunFolder folder;
  private final ImageSet data;
  private final List<String> notes = new ArrayList<>();
  private final List<Start> starts = new ArrayList<>();
  private final FeatureStore features;
  private final StudyModels models;

  /**
   * What is asked for.
   *
   * @param plan of the comparison
   * @param name of reports without a title, and of exported models
   * @param out where everything goes
   * @param shared where what is pre-trained lies for several comparisons, by its recipe; empty: in
   *     {@code out}, by its name
   * @param models where exported models go; empty: nothing is exported
   * @param overwrite whether an earlier comparison in {@code out} is deleted
   */
  public record Request(
      ComparisonPlan plan,
      String name,
      Path out,
      Optional<Path> shared,
      Optional<Path> models,
      boolean overwrite) {

    private Request with(ComparisonPlan other) {
      return new Request(other, name, out, shared, models, overwrite);
    }

    /** Where weights are trained. */
    RunFolder pretraining(Start start) {
      var own = start.name().isEmpty() ? "encoder" : Cells.slug(start.name());
      return new RunFolder(
          shared.isPresent()
              ? shared.get().resolve(Experiments.fingerprint(start.experiment()).substring(0, 12))
              : out.resolve(RunFolder.PRETRAINING).resolve(own));
    }
  }

  /**
   * Checks everything that can be checked before anything is run, and writes nothing.
   *
   * @param teller is told what happens
   * @throws IllegalArgumentException with everything that is wrong
   * @throws org.maejava.data.source.DataException if the data cannot be used
   * @throws IOException if weights cannot be read
   */
  public Study(Request request, Running running, Teller teller) throws IOException {
    this.running = running;
    this.teller = teller;
    folder = new RunFolder(request.out());
    models = new StudyModels(request, running.machine());
    features = new FeatureStore(request.out().resolveSibling(FEATURES));
    PlanCheck.require(request.plan());
    data = data(request.plan());
    var rows = NeighbourRows.of(request.plan(), data);
    plan = rows.plan();
    this.request = request.with(plan);
    rows.note().ifPresent(notes::add);
    try {
      open();
      notes.addAll(GivenWeights.remarks(plan, starts, data.training()));
      notes.addAll(PlanCheck.require(grid()));
      Candidates.baselines(plan, candidates());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static ImageSet data(ComparisonPlan plan) {
    return ImageSet.open(plan.hasData() ? plan.getData() : FolderRun.DEFAULT_DATA)
        .requireLabelled();
  }

  private void open() throws IOException {
    var family = plan.hasFamily() ? Optional.of(plan.getFamily()) : Optional.<String>empty();
    var problems = new ArrayList<String>();
    for (var weights : plan.getWeightsList()) {
      try {
        starts.add(Start.of(weights, plan.getEpochsShare(), family, plan.getChange()));
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidExperimentException("the comparison's weights", problems);
    }
    starts.stream()
        .filter(start -> !start.plan().hasRandom())
        .findFirst()
        .ifPresent(
            other ->
                starts.replaceAll(start -> start.plan().hasRandom() ? start.like(other) : start));
  }

  private List<Candidate> candidates() {
    return Candidates.of(plan, starts, data.training().classes().size(), features);
  }

  private Grid grid() {
    var candidates = candidates();
    return new Grid(
        data,
        candidates,
        Budget.of(plan),
        plan.getSeedsCount() == 0 ? List.of(0L) : plan.getSeedsList(),
        plan.hasSearch() ? Optional.of(plan.getSearch()) : Optional.empty(),
        Candidates.baselines(plan, candidates));
  }

  /** The cells and what they are estimated to take, in seconds; nothing is run but a few steps. */
  public Estimates estimates() throws IOException {
    sayNotes();
    say("a few steps of each network are measured, seconds for each");
    return Estimates.of(grid(), starts, data, running.machine());
  }

  /**
   * How many of its cells are finished and the table so far, in lines, also while another process
   * runs it; nothing is run or written.
   *
   * @throws IOException if there is no comparison, or its report cannot be read
   */
  public List<String> status() throws IOException {
    return StudyStatus.lines(folder.path(), grid().keys(), Cells.in(cells()));
  }

  /**
   * Accepts the places that it writes to, and what is finished there; nothing is run or written.
   *
   * @throws IllegalArgumentException if {@code out} holds anything but this comparison, or a model
   *     is to be written where another lies
   * @throws IOException if what is finished cannot be read
   */
  public void requirePlace() throws IOException {
    requireOwn();
    models.requireFree(starts);
    if (request.overwrite()) {
      return;
    }
    for (int i = 0; i < starts.size(); i++) {
      starts.set(i, pretrained().finished(starts.get(i)));
    }
    if (starts.stream().allMatch(Start::isReady)) {
      new ComparisonRun(grid(), running, Cells.in(cells()));
    }
  }

  /**
   * What a comparison consists of.
   *
   * @param pretraining what has to be trained first, by the name of the weights: where it lies,
   *     which several comparisons may share
   * @param trained those of them that are
   * @param cells how many
   * @param finished how many of them are
   */
  public record Extent(Map<String, Path> pretraining, Set<Path> trained, int cells, int finished) {}

  /** What there is to do, once {@link #requirePlace} has looked at what is finished. */
  public Extent extent() {
    var pretraining = new LinkedHashMap<String, Path>();
    var trained = new HashSet<Path>();
    for (var start : starts) {
      if (start.pretraining().isPresent()) {
        var folder = request.pretraining(start).path();
        pretraining.put(start.name(), folder);
        if (start.isReady()) {
          trained.add(folder);
        }
      }
    }
    var keys = grid().keys();
    var cells = Cells.in(cells());
    long finished = request.overwrite() ? 0 : keys.stream().filter(cells::isThere).count();
    return new Extent(pretraining, trained, keys.size(), (int) finished);
  }

  private PretrainedWeights pretrained() {
    return new PretrainedWeights(request, running, teller, data);
  }

  /**
   * Runs it, or what is left of it.
   *
   * @return the report's page
   * @throws IllegalArgumentException as {@link #requirePlace}, before anything is said or written
   * @throws org.maejava.eval.run.StoppedException if asked to stop; what was finished is kept
   */
  @SuppressWarnings("try") // the lock is held, not used
  public Path run() throws IOException {
    try (var lock = folder.lock()) {
      requirePlace();
      if (request.overwrite()) {
        folder.clear();
      }
      WholeFile.write(folder.path().resolve(RunFolder.PLAN), Plans.text(plan).getBytes(UTF_8));
      say("Data: %s", data.training().about());
      sayNotes();
      if (plan.hasEpochsShare()) {
        say(
            "All recipes' epochs times %.3g: figures are those of a quick look",
            plan.getEpochsShare());
      }
      if (Plans.setsEpochsAlone(plan)) {
        say(
            "Where a change sets epochs and no warmup_epochs, warm-up is the recipe's in proportion");
      }
      var pretrained = pretrained();
      for (int i = 0; i < starts.size(); i++) {
        starts.set(i, pretrained.ready(starts.get(i)));
        models.write(starts.get(i));
      }
      var report = new StudyReport(request, models, folder, starts, running, data);
      var comparison = new ComparisonRun(grid(), running, Cells.in(cells()));
      say("");
      say(
          "%s, %,d of them to be run; evaluated on %s",
          Counted.of(comparison.soFar().getCells(), "cell"),
          comparison.open().size(),
          Counted.of(data.evaluation().size(), "image"));
      var result =
          comparison.run(
              finished -> {
                requireStillThere();
                show(finished);
                exportClassifier(finished);
                report.write(finished.soFar());
              });
      return conclude(report, result);
    }
  }

  /** A folder that is removed under the comparison would be made again, without what it held. */
  private void requireStillThere() throws IOException {
    var file = folder.path().resolve(RunFolder.PLAN);
    if (!Files.exists(file)) {
      throw new IOException(
          "%s is gone: what the comparison had written there was removed meanwhile; remove %s and start again"
              .formatted(file, folder.path()));
    }
  }

  private Path cells() {
    return folder.path().resolve(RunFolder.CELLS);
  }

  private void requireOwn() throws IOException {
    if (Files.exists(folder.path().resolve(RunFolder.PLAN))) {
      return;
    }
    if (folder.begun()) {
      throw new IllegalArgumentException(
          "%s holds a run that is no comparison; choose another --out".formatted(folder.path()));
    }
    folder.requireNothingForeign();
  }

  private void exportClassifier(Finished finished) throws IOException {
    var key = finished.key();
    boolean wanted =
        plan.getExportsList().contains(key.candidate().name())
            && key.seed() == grid().seeds().get(0)
            && finished.cell().getLabels() == mostLabels();
    if (wanted && finished.trained().isPresent()) {
      models.write(key.candidate().name(), finished.run(), finished.trained().get());
    }
  }

  private int mostLabels() {
    var grid = grid();
    return grid.budgets().stream()
        .mapToInt(budget -> budget.draw(data, grid.seeds().get(0)).training().size())
        .max()
        .orElseThrow();
  }

  private void show(Finished finished) {
    var cell = finished.cell();
    var evaluation = finished.run().getEvaluation();
    say(
        "   %-30s %,7d labels, seed %d: %s %% (%s to %s), %.0f s%s",
        cell.getCandidate(),
        cell.getLabels(),
        cell.getSeed(),
        Percent.of(evaluation.getAccuracy()),
        Percent.of(evaluation.getAccuracyLow()),
        Percent.of(evaluation.getAccuracyHigh()),
        cell.getCost().getSeconds() + cell.getCost().getTrialSeconds(),
        cell.getTrialsCount() > 0 ? ", " + cell.getVariant() : "");
  }

  private Path conclude(StudyReport report, Comparison comparison) throws IOException {
    var page = report.write(comparison);
    say("");
    StudyReport.table(comparison).forEach(line -> say("%s", line));
    say("");
    var sentence = Conclusions.of(comparison);
    if (!sentence.isEmpty()) {
      say("%s", sentence);
      say("");
    }
    say("report: %s", page.toAbsolutePath());
    report.picture().ifPresent(picture -> say("pictures: %s", picture.toAbsolutePath()));
    models.own().forEach(path -> say("model: %s", path.toAbsolutePath()));
    return page;
  }

  private void sayNotes() {
    notes.forEach(teller::note);
  }

  private void say(String format, Object... values) {
    teller.say(String.format(Locale.ROOT, format, values));
  }

  @Override
  public void close() throws IOException {
    for (var start : starts) {
      if (start.opened().isPresent()) {
        start.opened().get().close();
      }
    }
  }
}
