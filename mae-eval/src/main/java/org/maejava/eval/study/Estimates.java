package org.maejava.eval.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.maejava.config.Experiments;
import org.maejava.data.DataPlan;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.bench.StepTimes;
import org.maejava.eval.compare.Budget;
import org.maejava.eval.compare.Candidate.Work;
import org.maejava.eval.compare.CellKey;
import org.maejava.eval.compare.ComparisonRun.Grid;
import org.maejava.eval.compare.Draw;
import org.maejava.eval.machine.Machine;
import org.maejava.proto.Experiment;

/**
 * What a comparison will take: steps times the seconds of a step, measured by a few steps of each
 * network on this machine; a forward pass counts as a third of a step, since the gradients take two
 * matrix products for each of its own. What the measurement itself took to begin is added to every
 * run.
 *
 * @param pretraining by the name of weights that have to be trained
 * @param cells in the order in which they are run; empty where it cannot be said
 */
public record Estimates(Map<String, Double> pretraining, Map<CellKey, OptionalDouble> cells) {

  private static final int WARM_UP = 2;
  private static final int MEASURED = 4;
  private static final double FORWARD_SHARE = 1 / 3.0;

  static Estimates of(Grid grid, List<Start> starts, ImageSet data, Machine machine)
      throws IOException {
    var times = new Steps(new HashMap<>(), machine);
    var pretraining = new LinkedHashMap<String, Double>();
    for (var start : starts) {
      if (start.pretraining().isPresent()) {
        var plan = start.plan().getPretraining();
        var images = plan.hasData() ? ImageSet.open(plan.getData()) : data;
        var work = work(start.experiment(), images);
        pretraining.put(start.name(), times.seconds(work, images));
      }
    }
    var cells = new LinkedHashMap<CellKey, OptionalDouble>();
    for (var key : grid.keys()) {
      cells.put(key, cell(key, grid, times));
    }
    return new Estimates(pretraining, cells);
  }

  private static Work work(Experiment experiment, ImageSet images) {
    var training = experiment.getTraining();
    long updates = DataPlan.updatesPerEpoch(images.training(), training);
    return new Work(experiment, updates * training.getEpochs(), 0);
  }

  private static OptionalDouble cell(CellKey key, Grid grid, Steps times) throws IOException {
    var images = key.budget().draw(grid.data(), key.seed());
    var variants = key.candidate().variants(key.budget());
    boolean chosenBefore =
        grid.search().filter(s -> s.hasFirstSeedDecides()).isPresent()
            && key.seed() != grid.seeds().get(0);
    var works = new ArrayList<Map.Entry<Optional<Work>, ImageSet>>();
    if (variants.size() > 1 && !chosenBefore) {
      var heldOut =
          Budget.heldOut(images, grid.search().orElseThrow().getHeldOutShare(), key.seed());
      for (var variant : variants) {
        works.add(Map.entry(variant.work(new Draw(heldOut, key.seed())), heldOut));
      }
    }
    // Which one will be chosen is not known: the first stands for it.
    works.add(Map.entry(variants.get(0).work(new Draw(images, key.seed())), images));
    double seconds = 0;
    for (var work : works) {
      if (work.getKey().isEmpty()) {
        return OptionalDouble.empty();
      }
      seconds += times.seconds(work.getKey().get(), work.getValue());
    }
    return OptionalDouble.of(seconds);
  }

  /** Seconds before the first step, and of a step. */
  private record Measured(double beginning, double step) {}

  /** What was measured, by what determines it. */
  private record Steps(Map<String, Measured> known, Machine machine) {

    double seconds(Work work, ImageSet images) throws IOException {
      var same = work.experiment().toBuilder();
      same.getTrainingBuilder()
          .setSeed(0)
          .setEpochs(1 + WARM_UP + MEASURED)
          .setWarmupEpochs(0)
          .setBaseRate(1e-6);
      var experiment = same.build();
      var key = Experiments.fingerprint(experiment);
      var measured = known.get(key);
      if (measured == null) {
        long start = System.nanoTime();
        double median = StepTimes.of(experiment, images, machine, WARM_UP, MEASURED).percentile(50);
        double whole = (System.nanoTime() - start) / 1e9;
        measured = new Measured(Math.max(0, whole - (WARM_UP + MEASURED) * median), median);
        known.put(key, measured);
      }
      double step = measured.step();
      var training = experiment.getTraining();
      double image = step / (training.getBatchSize() * training.getAccumulationSteps());
      return measured.beginning() + work.steps() * step + FORWARD_SHARE * image * work.evaluated();
    }
  }

  /** Of everything, in seconds; what cannot be said is left out. */
  public double total() {
    return pretraining.values().stream().mapToDouble(s -> s).sum()
        + cells.values().stream().mapToDouble(s -> s.orElse(0)).sum();
  }
}
